private import Glibc

/// Where the configuration file is.
package enum ConfigLocation {
    /// The environment variable that names the file.
    package static let variable = "ACTIVITYD_CONFIG"

    /// The file of an installed daemon.
    package static let systemPath = "/etc/activityd/activityd.yaml"

    /// The path from the command line, else from the environment (an empty variable counts as not set), else that of
    /// the installed daemon where it exists, else nil: the defaults apply.
    package static func find(
        option: String?, environment: [String: String], systemPath: String = systemPath
    ) -> String? {
        if let option { return option }
        if let named = environment[variable], !named.isEmpty { return named }
        return access(systemPath, F_OK) == 0 ? systemPath : nil
    }
}

/// Reads small files.
enum FileBytes {
    /// Why a file could not be read.
    enum ReadError: Error, CustomStringConvertible {
        /// The `errno` of open(2) or read(2).
        case system(Int32)
        /// It goes on after this many bytes.
        case longerThan(Int)

        var description: String {
            switch self {
            case .system(let code): String(cString: strerror(code))
            case .longerThan(let limit): "it is larger than \(limit) bytes"
            }
        }
    }

    /// All bytes of the file, pipe or device at `path`; blocks until its end or until more than `limit` bytes came.
    static func read(path: String, limit: Int) throws(ReadError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }

        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(errno)
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > limit { throw .longerThan(limit) }
        }
    }
}
