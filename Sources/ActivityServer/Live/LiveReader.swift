internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// One stream and how far it is. Used by its loop's thread only.
final class LiveReader {
    /// A workspace of a merged stream.
    struct Place {
        var workspace: OwnedBytes
        /// Index among those that follow the workspace on this loop; of a merged stream only.
        var seat = 0
        var position: LivePosition
        /// The next read's cursor; as the client gave it until the first page.
        var cursor: LogCursor
        /// Whether events that are gone before the first page count as missed.
        var reportsMissed: Bool
        /// Whether the log has changed since the last read.
        var isStale = true
        /// Whether the page that the stream begins with has not been sent in full.
        var isFirstRead = true
    }

    let stream: StreamID
    let format: LiveFormat
    let kinds: KindFilter?
    /// When the stream ends at the latest, on the loop's clock.
    let endsAt: UInt64
    /// The channel of a stream of one workspace; nil for a merged one.
    let channel: LiveChannel?
    /// The workspaces: one, or several when merged.
    var places: [Place]
    /// What goes out before the first chunk: the head and the greeting. Nil once it has.
    var preamble: ByteBuffer?
    /// The age limit of the first page when the stream began, in microseconds.
    private let maxAge: Int64?
    /// When the stream began, on the loop's clock.
    private let beganAt: UInt64
    /// What the next read asks for.
    var batch = LiveBatch()
    /// The place of a merged stream that is looked at next.
    var nextPlace = 0
    /// Index in the channel's ``LiveChannel/current``; nil while it catches up.
    var seat: Int?
    /// Whether it is in its loop's ``LiveWork``.
    var isDue = false
    /// Whether a read for it alone is under way.
    var isReading = false
    private let ticket: LiveTicket

    init(
        stream: StreamID, subscription: LiveSubscription, channel: LiveChannel?, preamble: consuming ByteBuffer,
        beganAt: UInt64, endsAt: UInt64
    ) {
        self.stream = stream
        format = subscription.format
        kinds = subscription.kinds
        self.beganAt = beganAt
        self.endsAt = endsAt
        self.channel = channel
        self.preamble = consume preamble
        maxAge = subscription.maxAge
        ticket = subscription.ticket
        places = subscription.places.map { place in
            Place(
                workspace: place.workspace, position: place.cursor.map(LivePosition.init) ?? .start,
                cursor: place.cursor ?? .id(0), reportsMissed: place.cursor != nil)
        }
    }
}

extension LiveReader {
    /// The age limit of a read at `now`: that of the request, and the time since then, so that nothing which was young
    /// enough, or had not been appended, when the stream began is too old for a peer that reads slowly.
    func maxAge(at now: UInt64) -> Int64? {
        // The clocks of logs and of loops are read one after the other.
        maxAge.map { $0 + Int64(now - beganAt + 1) * 1000 }
    }
}

extension LivePosition {
    /// The place that a client's cursor names.
    init(_ cursor: LogCursor) {
        switch cursor {
        case .id(let id): self.init(epoch: nil, id: id)
        case .token(let epoch, let id): self.init(epoch: epoch, id: id)
        }
    }
}
