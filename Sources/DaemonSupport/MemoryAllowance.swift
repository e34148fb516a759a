private import Glibc

/// How much memory this process may use before the kernel stops it: the least of the limits of its control groups, of its
/// address space, and of the machine.
package struct MemoryAllowance: Sendable, Equatable {
    /// What sets the limit.
    package enum Limit: Sendable, Equatable {
        /// A control group, its own or one above, by the file that says so.
        case controlGroup(String)
        /// `ulimit -v` (RLIMIT_AS), less what is mapped without being used.
        case addressSpace
        /// The memory of the machine.
        case machine
        /// Nothing could be found out, and 1 GiB is assumed.
        case unknown
    }

    /// The limit in bytes, at least 1.
    package let bytes: Int
    /// What sets it.
    package let limit: Limit

    /// Reads the limits as they are now.
    ///
    /// - Parameter reserved: Address space that the process is going to map without using it, in bytes: stacks and
    ///   malloc's arenas of threads. Matters only under an address-space limit.
    /// - Returns: The allowance; a limit that is changed later does not change it.
    package static func ofThisProcess(reserving reserved: Int = 0) -> MemoryAllowance {
        let files = ControlGroups.limitFiles(
            cgroup: text("/proc/self/cgroup") ?? "", mountinfo: text("/proc/self/mountinfo") ?? "")
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        return least(
            controlGroup: ControlGroups.least(of: files, read: text), addressSpace: addressSpaceLimit(),
            mapped: reserved + (text("/proc/self/statm").flatMap(mappedPages) ?? 0) * sysconf(Int32(_SC_PAGESIZE)),
            machine: pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : nil)
    }

    /// The least of the limits that there are.
    ///
    /// - Parameters:
    ///   - controlGroup: The least limit of a control group, and its file.
    ///   - addressSpace: RLIMIT_AS; nil for none.
    ///   - mapped: Bytes of address space that hold no data. At most seven eighths of the limit count: below that, it
    ///     is the threads that cannot start.
    ///   - machine: Bytes of memory of the machine.
    /// - Returns: The allowance, whose limit is unknown when there are none.
    static func least(
        controlGroup: (bytes: Int, file: String)?, addressSpace: Int?, mapped: Int, machine: Int?
    ) -> MemoryAllowance {
        var limits: [MemoryAllowance] = []
        if let controlGroup {
            limits.append(MemoryAllowance(bytes: controlGroup.bytes, limit: .controlGroup(controlGroup.file)))
        }
        if let addressSpace {
            limits.append(
                MemoryAllowance(bytes: max(addressSpace / 8, addressSpace - mapped), limit: .addressSpace))
        }
        if let machine { limits.append(MemoryAllowance(bytes: machine, limit: .machine)) }
        let least = limits.min { $0.bytes < $1.bytes } ?? MemoryAllowance(bytes: 1 << 30, limit: .unknown)
        return MemoryAllowance(bytes: max(1, least.bytes), limit: least.limit)
    }

    /// The bound that the daemon keeps when none is configured: half, since what is allocated is not all that is used,
    /// and others need some too.
    package var defaultBound: Int { max(1, bytes / 2) }

    private init(bytes: Int, limit: Limit) {
        self.bytes = bytes
        self.limit = limit
    }

    private static func addressSpaceLimit() -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
        // RLIM_INFINITY is the largest number of its type, which no Int holds.
        return Int(exactly: limit.rlim_cur)
    }

    /// The first field of a text like that of `/proc/self/statm` (proc(5)).
    private static func mappedPages(_ statm: String) -> Int? {
        statm.utf8.split(separator: UInt8(ascii: " ")).first.flatMap { Int(Substring($0)) }
    }

    private static func text(_ path: String) -> String? {
        ProcFile.bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension MemoryAllowance.Limit: CustomStringConvertible {
    /// As the object of "half of".
    package var description: String {
        switch self {
        case .controlGroup(let file): file
        case .addressSpace: "the address space limit (ulimit -v)"
        case .machine: "the machine's memory"
        case .unknown: "1 GiB, since no limit could be read"
        }
    }
}
