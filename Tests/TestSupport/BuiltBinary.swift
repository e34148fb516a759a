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

    /// The optimised binary that `make install` installs.
    ///
    /// It cannot be built from here: `swift test` holds the lock of the build folder until its tests have run, and a
    /// `swift build` below it would wait for that for ever.
    ///
    /// - Throws: When it is missing or older than its sources.
    package static func release() throws -> String {
        let make = try ChildProcess("make", ["-C", sourceRoot, "--question", ".build/release/.activityd-built"])
        guard try make.waitForExit(within: 60) == .status(0) else { throw Outdated() }
        return "\(sourceRoot)/.build/release/activityd"
    }

    /// There is no release binary of these sources.
    package struct Outdated: Error, CustomStringConvertible {
        package let description =
            "the release binary is missing or older than its sources: run `make release`, or `make test`"
    }

    /// The root of the source tree, found from the place of this file in it.
    package static let sourceRoot: String = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path(percentEncoded: false)
}
