private import Glibc

/// Who may use a file: its permissions and whom it belongs to, as `ls -l` shows them.
package struct FileAccess: Equatable, Sendable {
    /// The permissions in octal, four digits: `0660`.
    package let mode: String
    /// The name of the owner; its number where it has no name.
    package let owner: String
    /// The name of the group; its number where it has no name.
    package let group: String

    /// Reads the access to the file at `path`; nil where there is none. Looks names up, which may ask a name service.
    package init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        // A leading 1 keeps the zeros in front of the digits, and is then replaced by the usual 0.
        mode = "0" + String(0o1000 | status.st_mode & 0o777, radix: 8).dropFirst()
        owner = Self.userName(status.st_uid) ?? String(status.st_uid)
        group = Self.groupName(status.st_gid) ?? String(status.st_gid)
    }

    /// Room for the strings of an entry; a larger one counts as having no name.
    private static let entryBytes = 4096

    private static func userName(_ number: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var strings = [CChar](repeating: 0, count: entryBytes)
        // SAFETY: the name lies in `strings`, and is copied before that goes.
        return strings.withUnsafeMutableBufferPointer { strings in
            guard let start = strings.baseAddress else { return nil }
            getpwuid_r(number, &entry, start, strings.count, &found)
            return text(found?.pointee.pw_name)
        }
    }

    private static func groupName(_ number: gid_t) -> String? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var strings = [CChar](repeating: 0, count: entryBytes)
        // SAFETY: as above.
        return strings.withUnsafeMutableBufferPointer { strings in
            guard let start = strings.baseAddress else { return nil }
            getgrgid_r(number, &entry, start, strings.count, &found)
            return text(found?.pointee.gr_name)
        }
    }

    private static func text(_ name: UnsafePointer<CChar>?) -> String? {
        name.map { String(cString: $0) }
    }
}
