internal import MicroHTTP

/// Whom a page is for.
enum LiveTarget: Sendable {
    /// The streams of a channel that are caught up.
    case channel(UInt64)
    /// One stream that catches up with its channel.
    case reader(StreamID)
    /// One place of a merged stream.
    case merged(StreamID, place: Int)
}
