/// The memory limits of this process's control groups (cgroups(7)), found as a container or a service manager set them:
/// in version 1, in version 2, or in both.
///
/// A limit of a group counts for all groups below it, so those above are read too, as far as they are visible: a
/// container sees none above its own.
enum ControlGroups {
    /// Finds the files that may hold a limit.
    ///
    /// - Parameters:
    ///   - cgroup: The text of `/proc/self/cgroup`.
    ///   - mountinfo: The text of `/proc/self/mountinfo` (proc(5)).
    /// - Returns: Their paths, those of the process's group first, then of each group above it.
    static func limitFiles(cgroup: String, mountinfo: String) -> [String] {
        let groups = cgroup.utf8.split(separator: UInt8(ascii: "\n")).compactMap { Group(line: Substring($0)) }
        var files: [String] = []
        for mount in mountinfo.utf8.split(separator: UInt8(ascii: "\n")).compactMap({ Mount(line: Substring($0)) }) {
            for group in groups where group.version == mount.version {
                for folder in mount.folders(of: group.path) {
                    // Above memory.high the kernel slows a group down until it gives memory back, which we could not.
                    let names = mount.version == 1 ? ["memory.limit_in_bytes"] : ["memory.max", "memory.high"]
                    files += names.map { "\(folder)/\($0)" }
                }
            }
        }
        return files
    }

    /// The least limit in `files`, with its file; nil when none of them holds one.
    static func least(of files: [String], read: (String) -> String?) -> (bytes: Int, file: String)? {
        var least: (bytes: Int, file: String)?
        for file in files {
            guard let bytes = read(file).flatMap(limit), bytes < least?.bytes ?? .max else { continue }
            least = (bytes, file)
        }
        return least
    }

    /// Reads the text of a limit file. Nil for none, which is `max` in version 2 and a number that no machine reaches in
    /// version 1: the largest page of 2^63 bytes.
    static func limit(_ text: String) -> Int? {
        guard let line = text.utf8.split(separator: UInt8(ascii: "\n")).first, let bytes = Int(Substring(line)),
            bytes < 1 << 60
        else { return nil }
        return bytes
    }

    /// The process's place in one hierarchy.
    private struct Group {
        let version: Int
        let path: Substring

        /// `0::/system.slice/activityd.service` in version 2, `9:memory:/docker/4f` in version 1; nil for a hierarchy
        /// without the memory controller.
        init?(line: Substring) {
            let fields = line.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            path = Substring(fields[2])
            if Substring(fields[0]) == "0", fields[1].isEmpty {
                version = 2
            } else if fields[1].split(separator: UInt8(ascii: ",")).contains(where: { Substring($0) == "memory" }) {
                version = 1
            } else {
                return nil
            }
        }
    }

    /// Where a hierarchy is mounted.
    private struct Mount {
        let version: Int
        /// The group that is at the mount point: `/`, or in a container what its runtime has mounted.
        let root: String
        let point: String

        /// `31 24 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory`; nil for another file
        /// system, and for a hierarchy without the memory controller.
        init?(line: Substring) {
            let fields = line.utf8.split(separator: UInt8(ascii: " "))
            guard fields.count > 6, let dash = fields.firstIndex(where: { Substring($0) == "-" }),
                fields.count > dash + 3
            else { return nil }
            switch Substring(fields[dash + 1]) {
            case "cgroup2": version = 2
            case "cgroup":
                let options = fields[dash + 3].split(separator: UInt8(ascii: ","))
                guard options.contains(where: { Substring($0) == "memory" }) else { return nil }
                version = 1
            default: return nil
            }
            root = Self.unescaped(fields[3])
            point = Self.unescaped(fields[4])
        }

        /// The folder of the group at `path`, then those above it up to the mount point. A group outside of what is
        /// mounted (`/../other`) is not visible; the mount point is what there is of those above it.
        func folders(of path: Substring) -> [String] {
            var rest = path
            if root != "/" {
                rest = path == root || path.hasPrefix(root + "/") ? path.dropFirst(root.count) : "/"
            }
            var names = rest.split(separator: "/")
            if names.contains("..") { names = [] }
            return (0...names.count).reversed().map { ([Substring(point)] + names.prefix($0)).joined(separator: "/") }
        }

        /// White space and backslashes stand as `\040` in the file.
        private static func unescaped(_ field: Substring.UTF8View) -> String {
            var bytes: [UInt8] = []
            var rest = field[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\\"), rest.count >= 3, let code = UInt8(Substring(rest.prefix(3)), radix: 8) {
                    bytes.append(code)
                    rest = rest.dropFirst(3)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
