internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// One stream and how far it is. Used by its loop's thread only.
///
/// A stream of one workspace is a member of a channel, and in one of these states:
/// - *opening*: in ``LiveChannel/joining``, until the channel knows where its log is;
/// - *catching up*: it reads for itself, a chunk at a time, from its own ``cursor`` to where the channel is; the first chunk
///   begins with the head (``beginning``);
/// - *current*: in ``LiveChannel/current``; what the channel reads is framed once and sent to all of these;
/// - *behind*: a chunk did not fit into its socket. It holds that one, and when it has gone catches up again;
/// - *ending*: forgotten here; the table sends its last bytes. Its time is over, its log failed, or the daemon stops.
///
/// A merged stream reads for itself all its life: it is opening until its first page, then either at rest, or reading a
/// place that has changed, or holding a chunk; it ends like the others.
///
/// There may be very many, most of them caught up and quiet: what only some need, and what is needed only at first, lies
/// in objects of its own.
final class LiveReader {
    /// What a stream is of.
    enum Kind {
        /// One workspace: it shares the channel's chunks.
        case member(LiveChannel)
        /// Several workspaces.
        case merged(LiveMerge)
    }

    let stream: StreamID
    /// When the stream ends at the latest, on the loop's clock.
    let endsAt: UInt64
    let kind: Kind
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
        stream: StreamID, kind: Kind, cursor: LogCursor, beginning: LiveBeginning, endsAt: UInt64, ticket: LiveTicket
    ) {
        self.stream = stream
        self.kind = kind
        self.cursor = cursor
        self.beginning = beginning
        self.endsAt = endsAt
        self.ticket = ticket
    }

    /// The channel of a stream of one workspace; nil for a merged one.
    var channel: LiveChannel? { if case .member(let channel) = kind { channel } else { nil } }

    /// What a stream of several workspaces reads; nil for a stream of one.
    var merged: LiveMerge? { if case .merged(let merged) = kind { merged } else { nil } }

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

/// The streams of one loop that get the same bytes: same workspace, same framing, same kinds. A chunk is written once
/// for all of them. Used by its loop's thread only.
final class LiveChannel {
    /// What makes streams share a channel.
    struct Key: Hashable {
        let workspace: OwnedBytes
        let format: LiveFormat
        let kinds: KindFilter?
    }

    let number: UInt64
    let key: Key
    /// Where the caught-up streams are; nil until the first read.
    var position: LivePosition?
    /// The streams that have everything up to ``position`` and nothing waiting.
    var current: [StreamID] = []
    /// Streams that begin to catch up once the channel has read.
    var joining: [StreamID] = []
    /// What the next read asks for.
    var batch = LiveBatch()
    /// All its streams, also those that catch up.
    var readerCount = 0
    /// Whether it is in its loop's ``LiveWork``.
    var isDue = false
    /// Whether a read is under way.
    var isReading = false
    /// Whether the log changed since that read began.
    var isStale = false
    /// Whether the last read failed, so that who gets to ``position`` may be behind the log.
    var hasFailed = false

    init(number: UInt64, key: Key) {
        self.number = number
        self.key = key
    }
}

/// What a stream begins with. Used by its loop's thread only.
final class LiveBeginning {
    /// The head and the greeting; nil once they are sent.
    var preamble: ByteBuffer?
    /// Whether events that are gone before the next page count as missed: not before the first one of a reader without a
    /// cursor.
    var reportsMissed: Bool
    /// The age limit when the stream began, in microseconds.
    private let maxAge: Int64?
    /// When the stream began, on the loop's clock.
    private let beganAt: UInt64

    init(preamble: consuming ByteBuffer, reportsMissed: Bool, maxAge: Int64?, beganAt: UInt64) {
        self.preamble = consume preamble
        self.reportsMissed = reportsMissed
        self.maxAge = maxAge
        self.beganAt = beganAt
    }

    /// Whether ``preamble`` has been taken.
    var isHeadSent: Bool { preamble == nil }

    /// The age limit of a read at `now`: that of the request, and the time since then, so that nothing which was young
    /// enough, or had not been appended, when the stream began is too old for a peer that reads slowly. Nil: any age.
    func maxAge(at now: UInt64) -> Int64? {
        // The clocks of logs and of loops are read one after the other.
        maxAge.map { $0 + Int64(now - beganAt + 1) * 1000 }
    }
}

/// How many events a stream asks its log for at once: about as many as lately went into a chunk.
///
/// What is read beyond a full chunk is read again for the next one. With a fixed number, a stream of large events, or one
/// whose tokens are long, would have its log find and expand thousands of events for each few that are sent.
struct LiveBatch {
    /// Most events of one read.
    static let most = 4096

    /// Events of the next read.
    private(set) var limit = 256

    /// Learns from a chunk that took `events`; `isFull` when it was closed before all that had been read was in it.
    mutating func note(events: Int, isFull: Bool) {
        limit = isFull ? max(2 * events, 2) : min(4 * limit, Self.most)
    }
}
