internal import ByteBuffers

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
