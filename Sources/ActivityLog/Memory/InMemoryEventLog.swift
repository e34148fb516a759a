private import Synchronization

/// A log in this process's memory: ``MemoryLog`` behind one lock, held for the time of a copy.
package final class InMemoryEventLog: EventLogBackend {
    private let clock: any LogClock
    private let log: Mutex<MemoryLog>

    /// Makes an empty log with a new epoch.
    package init(bounds: LogBounds, clock: any LogClock) {
        self.clock = clock
        log = Mutex(MemoryLog(epoch: .random(), bounds: bounds))
    }

    package func append(
        _ batch: borrowing EventBatch, later: () -> LogCompletion<AppendReceipt>
    ) throws(EventLogError) -> AppendReceipt? {
        // The clock is read under the lock: the order of ids is the order of time stamps.
        log.withLock { $0.append(batch, now: MemoryLog.Now(wall: clock.wall, steady: clock.steady)) }
    }

    package func query(
        _ query: EventQuery, later: () -> LogCompletion<EventPage>
    ) throws(EventLogError) -> EventPage? {
        let now = clock.steady
        var page = log.withLock { $0.query(query, now: now) }
        if let kinds = query.kinds, !page.isUnchanged {
            page.filter(by: kinds, limit: query.limit, backwards: query.readsBackwards)
        }
        page.slices.expand()
        return page
    }

    package func clear(later: () -> LogCompletion<Void>) throws(EventLogError) -> Void? {
        log.withLock { $0.clear() }
    }

    package func stats(later: () -> LogCompletion<LogStats>) throws(EventLogError) -> LogStats? {
        let now = clock.steady
        return log.withLock { log in
            log.evict(now: now)
            return LogStats(
                version: log.version, count: log.count, bytes: log.byteCount, lastAppend: log.lastTimestamp)
        }
    }

    package func evictExpired() {
        let now = clock.steady
        log.withLock { $0.evict(now: now) }
    }
}
