internal import ActivityLog
internal import ByteBuffers

/// What the reader of a stream asks for.
struct LiveWish: Sendable {
    /// A workspace, and where in it to begin.
    struct Place: Sendable {
        let workspace: OwnedBytes
        /// Nil: at the oldest resident event.
        let cursor: LogCursor?
    }

    let format: LiveFormat
    /// One, or for a merged stream up to 200.
    let places: [Place]
    /// Whether rows tell their workspace and tokens cover all of them.
    var isMerged = false
    /// Only events of these kinds; nil: all.
    let kinds: KindFilter?
    /// Only events that are at most this old when the stream begins, in microseconds; nil: any age.
    let maxAge: Int64?
}

/// A stream that is to begin: what its reader asked for, and its place under the limits.
struct LiveSubscription: Sendable {
    let wish: LiveWish
    let seat: LiveSeat

    init(_ wish: LiveWish, seat: LiveSeat) {
        self.wish = wish
        self.seat = seat
    }
}
