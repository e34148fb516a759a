private import Glibc

/// How much memory this process may use: the least of what its cgroups, its address-space limit and the machine allow.
///
/// A pure value over the texts of the kernel's files, which ``read()`` fetches.
package struct MemoryAllowance: Equatable, Sendable {
    /// What sets the limit.
    package enum Source: String, Sendable {
        case cgroup = "control group"
        case addressSpace = "address space limit"
        case machine = "memory of the machine"
    }

    /// Bytes.
    package let bytes: Int
    /// What allows no more.
    package let source: Source

    /// Names a limit.
    package init(bytes: Int, source: Source) {
        self.bytes = bytes
        self.source = source
    }

    /// What the daemon holds for its clients unless it is told otherwise: half of it. The rest is for the process itself, for
    /// what is on its way between two counts, and for whoever else is in the same control group.
    package var half: Int { bytes / 2 }

    /// The allowance of this process now. Where nothing can be read, 1 GiB of the machine's.
    package static func read() -> MemoryAllowance {
        var limit = rlimit()
        let hasLimit = unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        return least(
            machine: pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : 1 << 30,
            addressSpace: hasLimit ? UInt64(limit.rlim_cur) : .max,
            cgroups: CgroupMemory(
                membership: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo")
            ).limits(reading: text))
    }

    /// The least of the three; `addressSpace` in bytes, `UInt64.max` (RLIM_INFINITY) for none.
    static func least(machine: Int, addressSpace: UInt64, cgroups: [Int]) -> MemoryAllowance {
        var allowance = MemoryAllowance(bytes: machine, source: .machine)
        if addressSpace < UInt64(allowance.bytes) {
            allowance = MemoryAllowance(bytes: Int(addressSpace), source: .addressSpace)
        }
        for limit in cgroups where limit < allowance.bytes {
            allowance = MemoryAllowance(bytes: limit, source: .cgroup)
        }
        return allowance
    }

    private static func text(_ path: String) -> String {
        ProcFile.bytes(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// Where the memory limits of a process's control groups are: its own and those of every ancestor, in both versions
/// (cgroups(7); the kernel's admin-guide/cgroup-v2, memory.max, and cgroup-v1/memory, memory.limit_in_bytes).
struct CgroupMemory {
    /// Files that may hold a limit, of the process's own group first.
    let files: [String]

    /// Takes the texts of `/proc/self/cgroup` and `/proc/self/mountinfo`; either may be empty.
    init(membership: String, mounts: String) {
        var files: [String] = []
        for line in membership.split(separator: "\n") {
            // hierarchy-ID:controller-list:cgroup-path
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isUnified = fields[0] == "0" && fields[1].isEmpty
            guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
            for mount in Mount.all(in: mounts) where mount.isMemory(unified: isUnified) {
                let name = isUnified ? "memory.max" : "memory.limit_in_bytes"
                for folder in mount.folders(of: fields[2]) { files.append("\(folder)/\(name)") }
            }
        }
        self.files = files
    }

    /// The limits that there are; what cannot be read, or says that there is none, is left out.
    func limits(reading read: (String) -> String) -> [Int] {
        files.compactMap { file in
            let text = read(file).prefix { $0 != "\n" }
            // "max" in version 2; in version 1 a number near the end of the range stands for none.
            guard let limit = Int(text), limit > 0, limit < 1 << 60 else { return nil }
            return limit
        }
    }

    private struct Mount {
        let root: Substring
        let point: Substring
        let type: Substring
        let options: Substring

        /// proc(5), /proc/pid/mountinfo: `36 35 98:0 /root /point options optional… - type source super-options`.
        static func all(in text: String) -> [Mount] {
            text.split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
                return Mount(root: fields[3], point: fields[4], type: fields[dash + 1], options: fields[dash + 3])
            }
        }

        func isMemory(unified: Bool) -> Bool {
            unified ? type == "cgroup2" : type == "cgroup" && options.split(separator: ",").contains("memory")
        }

        /// The folder of a group and of each of its ancestors that this mount shows. In a container the mount's root is often
        /// the group itself, and the path may lead outside of what is mounted: then the mount point is all there is.
        func folders(of group: Substring) -> [String] {
            var rest = group
            if root != "/" {
                guard group == root || group.hasPrefix(root + "/") else { return [String(point)] }
                rest = group.dropFirst(root.count)
            }
            var parts = rest.split(separator: "/").filter { $0 != ".." }
            var folders: [String] = []
            while true {
                folders.append(([point] + parts).joined(separator: "/"))
                if parts.isEmpty { return folders }
                parts.removeLast()
            }
        }
    }
}
