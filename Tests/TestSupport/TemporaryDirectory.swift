import Foundation

/// A fresh directory that is removed with its contents when the last reference goes.
///
/// It lies under `/tmp`, so that a Unix socket in it has a path short enough for `sun_path`.
package final class TemporaryDirectory: Sendable {
    /// Absolute path without a slash at its end.
    package let path: String

    /// Makes the directory, readable by its owner only.
    package init() throws {
        let path = "/tmp/activityd-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        self.path = path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes `text` to the file called `name` and returns the file's path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}
