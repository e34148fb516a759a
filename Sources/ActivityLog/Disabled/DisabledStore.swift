private import Synchronization

/// Keeps nothing: appends succeed with increasing ids, reads are empty, nothing is listed.
///
/// It has no state for a workspace, so that nothing that clients name adds up: one counter gives the ids of all of them.
/// A cursor into such a log is never ahead and never behind: a reader that polls it is told of no loss.
package final class DisabledStore: EventStore {
    private let clock: any LogClock
    private let epoch = LogEpoch.random()
    private let state = Mutex(State())

    private struct State {
        var latest = 0
        var timestamp: Int64 = 0
    }

    /// Makes a store that has handed out no id yet.
    package init(clock: any LogClock) {
        self.clock = clock
    }

    package func open() {}
    package func close() {}
    package var health: StoreHealth { .ready }
    package func expire() {}
    package func apply(_ policies: LogPolicies) {}

    package func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> StoreCompletion<AppendReceipt>
    ) throws(StoreError) -> StoreAnswer<AppendReceipt> {
        .now(receipt(count: batch.count))
    }

    package func append(
        _ batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]> {
        .now(receipts(Self.counts(batches)))
    }

    package func reserve(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> (any AppendReservation)? {
        Reservation(store: self, counts: Self.counts(batches))
    }

    package func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> StoreCompletion<EventPage>
    ) throws(StoreError) -> StoreAnswer<EventPage> {
        let latest = state.withLock { $0.latest }
        let version = LogVersion(epoch: epoch, latest: latest, oldest: latest + 1)
        var page = EventPage(version: version, next: version.latest)
        page.newestFirst = query.newestFirst
        page.isUnchanged = query.known == version
        return .now(page)
    }

    package func clear(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<Void>
    ) throws(StoreError) -> StoreAnswer<Void> { .now(()) }

    package func describe(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<LogDescription?>
    ) throws(StoreError) -> StoreAnswer<LogDescription?> { .now(nil) }

    package func list(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]> { .now([]) }

    private struct Reservation: AppendReservation {
        let store: DisabledStore
        let counts: [Int]

        func apply() -> [AppendReceipt] { store.receipts(counts) }
        func cancel() {}
    }

    private static func counts(_ batches: borrowing WorkspaceBatches) -> [Int] {
        let groups = batches.groups
        return groups.indices.map { groups[$0].draftCount }
    }

    private func receipts(_ counts: [Int]) -> [AppendReceipt] { counts.map { receipt(count: $0) } }

    private func receipt(count: Int) -> AppendReceipt {
        state.withLock { state in
            state.timestamp = max(clock.wall, state.timestamp)
            state.latest += count
            return AppendReceipt(
                epoch: epoch, firstID: state.latest - count + 1, count: count, timestamp: state.timestamp)
        }
    }
}
