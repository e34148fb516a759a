internal import ByteBuffers
internal import Synchronization

/// A workspace of the memory store: its id, and its log behind a lock that is held for the time of a copy.
package final class MemoryWorkspace: Sendable {
    /// Bytes of an id that lie in the object itself, so that comparing it reads no other memory: a UUID and a few more.
    private static let inlineBytes = 40

    /// What the lock guards.
    struct State {
        var log: MemoryLog
        /// When it was last appended to or read, on the steady clock.
        var lastUsed: Int64
        /// Appends that have been promised a place here: it does not give way meanwhile.
        var pins = 0
        /// Whether it has given way: who still has a reference looks the workspace up again.
        var isGone = false
        /// The size class that the log was last seen in, see ``LargestLogs``.
        var sizeClass: UInt8 = 0

        /// The log's size class when it is another than before.
        mutating func noteSize() -> UInt8? {
            let size = LargestLogs.sizeClass(of: log.byteCount)
            guard size != sizeClass else { return nil }
            sizeClass = size
            return size
        }
    }

    let state: Mutex<State>
    private let idCount: UInt8
    private let idStart: InlineArray<40, UInt8>
    /// What of the id is beyond ``inlineBytes``.
    private let idRest: [UInt8]

    init(id: Span<UInt8>, log: MemoryLog, now: Int64) {
        state = Mutex(State(log: log, lastUsed: now))
        idCount = UInt8(id.count)
        idStart = InlineArray { $0 < id.count ? id[$0] : 0 }
        idRest = id.count > Self.inlineBytes ? OwnedBytes(id.extracting(Self.inlineBytes..<id.count)).array : []
    }

    /// The id's bytes, valid by ``WorkspaceID``. A copy.
    var id: OwnedBytes {
        var bytes = InlineArray<128, UInt8>(repeating: 0)
        for index in 0..<min(Int(idCount), Self.inlineBytes) { bytes[index] = idStart[index] }
        for index in idRest.indices { bytes[Self.inlineBytes + index] = idRest[index] }
        return OwnedBytes(bytes.span.extracting(first: Int(idCount)))
    }

    /// Whether `id` is this workspace's. O(count).
    func isNamed(_ id: Span<UInt8>) -> Bool {
        guard id.count == Int(idCount) else { return false }
        guard id.count > Self.inlineBytes else { return id.equals(idStart.span.extracting(first: id.count)) }
        let rest = idRest
        return id.extracting(first: Self.inlineBytes).equals(idStart.span)
            && id.extracting(Self.inlineBytes..<id.count).equals(rest.span)
    }
}
