/// What a store was asked for: the answer itself, or the promise of one.
package enum StoreAnswer<Value: Sendable>: Sendable {
    /// Here it is; the completion was not asked for.
    case now(Value)
    /// The completion is called once, from any thread, with the answer.
    case later
}

/// Takes an answer that could not be had at once. Called once, from any thread; must be short.
package typealias StoreCompletion<Value> = @Sendable (Result<Value, StoreError>) -> Void

/// Keeps the logs of workspaces: the swap point between memory, files and servers. A store **owns** its logs; nobody
/// outside holds one.
///
/// ## The contract of a log
/// - Ids run from 1, contiguous, in the order of appends; they survive eviction and clearing and are not used again while
///   the epoch lives. The epoch changes only when history or the id counter was lost.
/// - Time stamps never decrease within a log, whatever the wall clock does.
/// - Events leave oldest first: by age, by count, by bytes, looked at on append **and** on query. The newest event is
///   never evicted for its size. Ages are measured on a steady clock.
/// - A query sees every append that completed before it began.
/// - A log comes with its first append. Of a workspace that has none the store answers as of an empty log without an
///   epoch (``EventPage/ofUnknownWorkspace(_:)``); nobody else decides that there is no such workspace.
///
/// ## The contract of a store
/// - Every operation may be called from any thread.
/// - A batch is appended whole or not at all, also one over several workspaces.
/// - When an operation throws or completes with an error, nothing has changed; see ``StoreError/timedOut(seconds:)`` for the
///   one exception.
/// - The store itself tells the topics that it was made with of every change, after it can be read, and also of changes
///   that others made to a shared store. Its callers never do.
///
/// ## Answering now or later
/// HTTP's threads never wait for a disk or a network, so an operation has two ways to answer. A store that has the
/// answer **returns it**. One that has not returns `.later` and calls the completion that it took from `later` exactly
/// once, from any thread. `later` is called at most once, before the operation returns, and only by an operation that
/// returns `.later`; a store that always answers at once never calls it, so that its callers pay for no closure.
/// What it was given is borrowed: a store that answers later copies what it needs before it returns.
///
/// An answer comes within ``EventLogs/answerSeconds``, or the caller is told ``StoreError/timedOut(seconds:)`` in its place:
/// ``EventLogs`` watches over that, so that a store which never answers holds nobody. A success that comes after it is
/// announced to readers like any other.
///
/// `StoreConformanceTests` holds every store to this.
package protocol EventStore: AnyObject, Sendable {
    /// Opens what the store is kept in. Once, before any other operation; may block.
    func open() throws(StoreError)

    /// Finishes what is under way and lets go of everything. Once, after the last operation; may block.
    func close()

    /// Whether the store can do its work now.
    var health: StoreHealth { get }

    /// Appends a batch of at least one event to the log of a workspace, which is made when there is none.
    func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> StoreCompletion<AppendReceipt>
    ) throws(StoreError) -> StoreAnswer<AppendReceipt>

    /// Appends to several logs, all or nothing. The receipts are in the order of the batches.
    func append(
        _ batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]>

    /// Makes sure of everything that appending `batches` needs and could fail for lack of, and copies them. Nil for a
    /// store that can fail when it comes to applying them, on a disk or in a network.
    func reserve(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> (any AppendReservation)?

    /// Reads a page.
    func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> StoreCompletion<EventPage>
    ) throws(StoreError) -> StoreAnswer<EventPage>

    /// Drops every event of a log; ids and epoch go on. A workspace without a log is clear already.
    func clear(_ workspace: Span<UInt8>, later: () -> StoreCompletion<Void>) throws(StoreError) -> StoreAnswer<Void>

    /// Describes a log; nil for a workspace that has none.
    func describe(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<LogDescription?>
    ) throws(StoreError) -> StoreAnswer<LogDescription?>

    /// Describes the logs that `listing` names, in its order.
    func list(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]>

    /// Gives back what expired events hold now instead of at the next append or query, and what is free. Called from time
    /// to time by one maintenance thread; may do nothing.
    func expire()

    /// Takes new policies; logs that are there follow them from their next operation on.
    func apply(_ policies: LogPolicies)
}

/// Whether a store can do its work.
package enum StoreHealth: Equatable, Sendable {
    /// It can.
    case ready
    /// It cannot, for this reason.
    case failing(reason: String)
}

/// Places and memory for batches that ``EventStore/reserve(_:)`` made sure of. One of the two is called, once, from any
/// thread.
package protocol AppendReservation: Sendable {
    /// Appends what was reserved; cannot fail. The receipts are in the order of the batches.
    func apply() -> [AppendReceipt]

    /// Gives everything back: nothing has changed.
    func cancel()
}
