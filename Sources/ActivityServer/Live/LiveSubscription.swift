internal import ActivityLog
internal import ByteBuffers

/// What the reader of a stream asked for.
struct LiveSubscription: Sendable {
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
    let isMerged: Bool
    /// Only events of these kinds; nil: all.
    let kinds: KindFilter?
    /// Only events that are at most this old when the stream begins, in microseconds; nil: any age.
    let maxAge: Int64?
    /// The logs as its reader may use them.
    let view: LogView
    /// The reader's place under the limits.
    let seat: LiveSeat
}
