package import ActivityLog
internal import ByteBuffers

/// One accepted event, as ranges of ``EventParser/bytes``.
package struct ParsedEvent: BitwiseCopyable, Sendable {
    /// Start of the workspace id. Neighbours of one workspace mostly share a range.
    package var workspaceStart: UInt32
    /// Bytes of the workspace id; 0 with ``WorkspaceSource/fixed``.
    package var workspaceCount: UInt32
    /// Kind and payload.
    package var draft: EventDraft
}

/// What has been read of a body so far: events, and the bytes that they refer to.
struct ParsedBatch: ~Copyable {
    /// Kinds, payloads and workspace ids, as they are stored.
    var bytes = ByteBuffer()
    var events: [ParsedEvent] = []

    /// Memory beyond this is not kept for the next body: 1 MiB of bytes, and the events that fit into that.
    private static let keptBytes = 1 << 20
    private static let keptEvents = keptBytes / 32

    /// Forgets the events, keeping the memory for the next ones.
    mutating func removeAll() {
        bytes.removeAll(keepingAtMost: Self.keptBytes)
        events.removeAll(keepingCapacity: events.capacity <= Self.keptEvents)
    }
}

/// The members of one event that have been read so far.
struct EventMembers {
    /// The members that an event may have.
    struct Names: OptionSet {
        let rawValue: UInt8

        static let workspace = Names(rawValue: 1)
        static let kind = Names(rawValue: 2)
        static let payload = Names(rawValue: 4)
    }

    var seen: Names = []
    var workspaceStart: UInt32 = 0
    var workspaceCount: UInt32 = 0
    var draft = EventDraft(kindStart: 0, kindCount: 0, payloadStart: 0, payloadCount: 0)
}
