private import CMalloc
private import Glibc

/// Gives memory back that malloc keeps after a burst: of connections, of large bodies, of readers.
///
/// malloc returns free memory to the kernel only from the end of a heap, and one small block that stays there keeps
/// megabytes below it. Looked at from time to time, by one thread.
package struct HeapTrimmer {
    /// Growth of the private resident memory, in bytes, that makes a look worth its cost.
    static let worthwhileGrowth = 2 << 20

    private let resident: () -> Int?
    private let trim: () -> Void
    /// Private resident memory after the last trim.
    private var rest: Int

    /// Makes a trimmer of this process.
    package init() {
        self.init(resident: HeapTrimmer.privateResidentBytes, trim: { _ = malloc_trim(0) })
    }

    init(resident: @escaping () -> Int?, trim: @escaping () -> Void) {
        self.resident = resident
        self.trim = trim
        rest = resident() ?? 0
    }

    /// Trims if memory has grown since the last trim; else costs one small read. A trim holds malloc's locks for about a
    /// millisecond for every 10 MiB that are free.
    package mutating func trimIfGrown() {
        guard let now = resident() else { return }
        // Memory that went by itself may come again.
        rest = min(rest, now)
        guard now - rest > Self.worthwhileGrowth else { return }
        trim()
        rest = resident() ?? now
    }

    /// Resident pages that are no file's, in bytes: the second field of statm(5) less the third. Nil without `/proc`.
    private static func privateResidentBytes() -> Int? {
        guard let text = ProcFile.bytes("/proc/self/statm") else { return nil }
        let fields = text.split(separator: UInt8(ascii: " "))
        guard fields.count > 2, let resident = Int(String(decoding: fields[1], as: UTF8.self)),
            let shared = Int(String(decoding: fields[2], as: UTF8.self))
        else { return nil }
        return (resident - shared) * sysconf(Int32(_SC_PAGESIZE))
    }
}
