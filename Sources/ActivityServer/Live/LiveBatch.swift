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
