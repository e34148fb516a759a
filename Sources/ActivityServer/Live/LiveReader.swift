internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// One stream and how far it is. Used by its loop's thread only.
final class LiveReader {
    /// A workspace of a merged stream.
    struct Place {
        let workspace: OwnedBytes
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
    /// The age limit of the first page.
    var maxAge: Int64?
    /// Index in the channel's ``LiveChannel/current``; nil while it catches up.
    var seat: Int?
    /// Whether a read for it alone is under way.
    var isReading = false
    private let ticket: LiveTicket

    init(
        stream: StreamID, subscription: LiveSubscription, channel: LiveChannel?, preamble: consuming ByteBuffer,
        endsAt: UInt64
    ) {
        self.stream = stream
        format = subscription.format
        kinds = subscription.kinds
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

extension LivePosition {
    /// The place that a client's cursor names.
    init(_ cursor: LogCursor) {
        switch cursor {
        case .id(let id): self.init(epoch: nil, id: id)
        case .token(let epoch, let id): self.init(epoch: epoch, id: id)
        }
    }
}
