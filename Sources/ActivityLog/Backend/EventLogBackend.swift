/// Takes the answer of a log's operation that could not be had at once.
package typealias LogCompletion<Value> = @Sendable (Result<Value, EventLogError>) -> Void

/// One workspace's log: the swap point between backends.
///
/// ## The contract
/// - Ids run from 1, contiguous, in the order of appends; they survive eviction and ``clear(later:)`` and are not used
///   again while the epoch lives. The epoch changes only when history or the id counter was lost.
/// - Time stamps never decrease within a log, whatever the wall clock does.
/// - Events leave oldest first: by age, by count, by bytes, looked at on append **and** on query. The newest event is
///   never evicted for its size. Ages are measured on a steady clock.
/// - A query sees every append that completed before it began.
/// - Every operation may be called from any thread.
/// - A batch is appended whole or not at all.
///
/// `BackendConformanceTests` holds every kind to it.
///
/// ## Answering now or later
/// HTTP's threads never wait for a disk or a network, so an operation has two ways to answer. A backend that has the
/// answer **returns it**. One that has not returns nil, and calls the completion that it took from `later` exactly once,
/// from any thread, when it has. `later` is called at most once, before the operation returns, and only by an operation
/// that returns nil; a backend that always answers at once never calls it, so that its callers pay for no closure.
package protocol EventLogBackend: AnyObject, Sendable {
    /// Appends a batch of at least one event. The batch is borrowed: copy what is needed after the return.
    func append(_ batch: borrowing EventBatch, later: () -> LogCompletion<AppendReceipt>) throws(EventLogError)
        -> AppendReceipt?

    /// Reads a page.
    func query(_ query: EventQuery, later: () -> LogCompletion<EventPage>) throws(EventLogError) -> EventPage?

    /// Drops every event; ids and epoch go on.
    func clear(later: () -> LogCompletion<Void>) throws(EventLogError) -> Void?

    /// Describes the log.
    func stats(later: () -> LogCompletion<LogStats>) throws(EventLogError) -> LogStats?

    /// Gives the memory of expired events back now instead of at the next append or query. Called from time to time
    /// by one maintenance thread; may do nothing.
    func evictExpired()
}
