import Foundation

/// How many descriptors this process may have open.
package enum DescriptorLimit {
    /// Raises it as far as it may be: for tests with more connections than the 1024 that a shell allows.
    package static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
