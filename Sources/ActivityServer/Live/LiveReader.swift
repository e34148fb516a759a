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
    /// What goes out first; nil once it has.
    var beginning: LiveBeginning?
    /// Where it goes on in its channel's log while it catches up: the client's own cursor until the first page.
    var cursor: LogCursor
    /// Index in the channel's ``LiveChannel/current``; -1 while it catches up.
    var seat: Int32 = -1
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

/// What a stream begins with.
final class LiveBeginning {
    /// The head and the greeting; nil once they are sent.
    var preamble: ByteBuffer?
    /// The age limit of what is resident, in microseconds; nil: any age.
    let maxAge: Int64?
    /// Whether events that are gone already count as missed: not for a reader without a cursor.
    let reportsMissed: Bool

    /// Whether ``preamble`` has been taken.
    var isHeadSent: Bool { preamble == nil }

    init(preamble: consuming ByteBuffer, maxAge: Int64?, reportsMissed: Bool) {
        self.preamble = consume preamble
        self.maxAge = maxAge
        self.reportsMissed = reportsMissed
    }
}

/// The workspaces of a merged stream.
final class LiveMerge {
    /// One of them, and how far the stream is in it.
    struct Place {
        let workspace: OwnedBytes
        /// The next read's cursor; as the client gave it until the first page.
        var cursor: LogCursor
        /// Whether events that are gone before the first page count as missed.
        var reportsMissed: Bool
        /// Whether the log has changed since the last read.
        var isStale = true
        /// Whether the page that the stream begins with has not been sent in full.
        var isBeginning = true
    }

    let kinds: KindFilter?
    /// In the order of the workspace ids.
    var places: [Place]

    init(_ subscription: LiveSubscription) {
        kinds = subscription.kinds
        places = subscription.places.map { place in
            Place(workspace: place.workspace, cursor: place.cursor ?? .id(0), reportsMissed: place.cursor != nil)
        }
    }
}

extension LivePosition {
    /// The place that a cursor names.
    init(_ cursor: LogCursor) {
        switch cursor {
        case .id(let id): self.init(epoch: nil, id: id)
        case .token(let epoch, let id): self.init(epoch: epoch, id: id)
        }
    }
}
