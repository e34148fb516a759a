private import Synchronization

/// A log that keeps nothing: appends succeed with increasing ids, reads are empty.
///
/// A cursor into it is never ahead and never behind: a reader that polls a disabled log is told of no loss.
package final class DisabledEventLog: EventLogBackend {
    private let clock: any LogClock
    private let epoch = LogEpoch.random()
    private let state = Mutex(State())

    private struct State {
        var latest = 0
        var timestamp: Int64?
    }

    /// Makes a log that has handed out no id yet.
    package init(clock: any LogClock) {
        self.clock = clock
    }

    package func append(
        _ batch: borrowing EventBatch, later: () -> LogCompletion<AppendReceipt>
    ) throws(EventLogError) -> AppendReceipt? {
        let count = batch.count
        return state.withLock { state in
            let timestamp = max(clock.wall, state.timestamp ?? 0)
            state.timestamp = timestamp
            state.latest += count
            return AppendReceipt(
                epoch: epoch, firstID: state.latest - count + 1, count: count, timestamp: timestamp)
        }
    }

    package func query(
        _ query: EventQuery, later: () -> LogCompletion<EventPage>
    ) throws(EventLogError) -> EventPage? {
        let version = version(latest: state.withLock { $0.latest })
        var page = EventPage(version: version, next: version.latest)
        page.newestFirst = query.newestFirst
        page.isUnchanged = query.known == version
        return page
    }

    package func clear(later: () -> LogCompletion<Void>) throws(EventLogError) -> Void? { () }

    package func stats(later: () -> LogCompletion<LogStats>) throws(EventLogError) -> LogStats? {
        let (latest, timestamp) = state.withLock { ($0.latest, $0.timestamp) }
        return LogStats(version: version(latest: latest), count: 0, bytes: 0, lastAppend: timestamp)
    }

    package func evictExpired() {}

    private func version(latest: Int) -> LogVersion {
        LogVersion(epoch: epoch, latest: latest, oldest: latest + 1)
    }
}
