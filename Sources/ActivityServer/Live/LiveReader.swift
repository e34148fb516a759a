internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// One stream and how far it is. Used by its loop's thread only.
///
/// There may be very many, most of them caught up and quiet: what only some need, and what is needed only at first, lies
/// in objects of its own.
final class LiveReader {
    let stream: StreamID
    /// When the stream ends at the latest, on the loop's clock.
    let endsAt: UInt64
    /// The channel of a stream of one workspace; nil for a merged one.
    let channel: LiveChannel?
    /// What a stream of several workspaces reads; nil for a stream of one.
    let merged: LiveMerge?
    /// What the stream begins with; nil once that is over.
    var beginning: LiveBeginning?
    /// Where it goes on in its channel's log while it catches up: the client's own cursor until the first page.
    var cursor: LogCursor
    /// Index in the channel's ``LiveChannel/current``; -1 while it catches up.
    var currentIndex: Int32 = -1
    /// What the next read asks for.
    var batch = LiveBatch()
    /// Whether it is in its loop's ``LiveWork``.
    var isDue = false
    /// Whether a read for it alone is under way.
    var isReading = false
    private let ticket: LiveTicket

    init(
        stream: StreamID, channel: LiveChannel?, merged: LiveMerge?, cursor: LogCursor, beginning: LiveBeginning,
        endsAt: UInt64, ticket: LiveTicket
    ) {
        self.stream = stream
        self.channel = channel
        self.merged = merged
        self.cursor = cursor
        self.beginning = beginning
        self.endsAt = endsAt
        self.ticket = ticket
    }

    /// How its events are framed.
    var format: LiveFormat { channel?.key.format ?? .eventStream }

    /// Whether the head has gone out, so that other bytes may.
    var hasBegun: Bool { beginning?.isHeadSent ?? true }

    /// What goes out before the first event; empty after the first call.
    func takePreamble() -> ByteBuffer {
        var bytes = ByteBuffer()
        if let preamble = beginning?.preamble.take() { bytes = preamble }
        return bytes
    }
}
