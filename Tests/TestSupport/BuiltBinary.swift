import Foundation

/// Where the black-box tests find the programs and files that they drive.
package enum BuiltBinary {
    /// The daemon: `ACTIVITYD_BINARY`, or the `activityd` that the package manager built beside the test bundle.
    ///
    /// Never an older one from elsewhere: a path that does not exist makes the first start fail.
    package static let path: String = {
        if let chosen = ProcessInfo.processInfo.environment["ACTIVITYD_BINARY"] { return chosen }
        let runner = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return runner.deletingLastPathComponent().appending(path: "activityd").path(percentEncoded: false)
    }()

    /// The root of the source tree, found from the place of this file in it.
    package static let sourceRoot: String = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path(percentEncoded: false)
}
