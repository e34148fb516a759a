import Foundation

/// The files of the repository that this suite was built from.
enum Repository {
    /// The text of the file at `path`, relative to the repository.
    static func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
