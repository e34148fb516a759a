private import Synchronization

/// The memory store's logs by size, to find one of the largest when memory is short.
///
/// A log is listed by the power of two that its bytes are within, and moves only when that changes: seldom, and O(1).
/// Logs of less than 4 KiB are not listed.
final class LargestLogs: Sendable {
    private struct Lists {
        /// By size class; index 0 is not used.
        var lists: [[ObjectIdentifier: MemoryWorkspace]] = Array(repeating: [:], count: LargestLogs.classCount)
        /// The class that each listed workspace is in.
        var classes: [ObjectIdentifier: UInt8] = [:]

        mutating func remove(_ workspace: MemoryWorkspace) {
            let name = ObjectIdentifier(workspace)
            if let size = classes.removeValue(forKey: name) { lists[Int(size)][name] = nil }
        }
    }

    private static let classCount = 52

    private let lists = Mutex(Lists())

    /// The class of a log of so many bytes: 0 below 4 KiB, 1 from there, one more at each doubling.
    static func sizeClass(of bytes: Int) -> UInt8 {
        UInt8(Int.bitWidth - (bytes >> 12).leadingZeroBitCount)
    }

    /// Lists a workspace in `sizeClass`, and nowhere else; in class 0 nowhere at all.
    func move(_ workspace: MemoryWorkspace, to sizeClass: UInt8) {
        lists.withLock { lists in
            lists.remove(workspace)
            guard sizeClass > 0 else { return }
            lists.lists[Int(sizeClass)][ObjectIdentifier(workspace)] = workspace
            lists.classes[ObjectIdentifier(workspace)] = sizeClass
        }
    }

    /// Lists a workspace no more.
    func remove(_ workspace: MemoryWorkspace) { lists.withLock { $0.remove(workspace) } }

    /// A log of the largest class that has one; nil when none is listed.
    func first() -> MemoryWorkspace? {
        lists.withLock { lists in
            for list in lists.lists.reversed() {
                if let workspace = list.first?.value { return workspace }
            }
            return nil
        }
    }
}
