internal import ByteBuffers
internal import MemoryBudget
internal import Synchronization

/// Logs in this process's memory, created on demand with the policy that their id asks for. Answers everything at once.
///
/// Workspaces are split into shards by the hash of the id, each with a lock of its own that is held for one probe; a log has
/// its own lock, held for the time of a copy. How many workspaces there may be, and which of them give way to new ones, is in
/// ``WorkspacePlaces``; what happens when memory runs out in `MemoryStore+Relief`.
package final class MemoryStore: EventStore {
    let clock: any LogClock
    let memory: EventMemory
    let topics: LogTopics
    let notify: @Sendable (StoreNotice) -> Void
    let policies: Mutex<LogPolicies>
    let places: Mutex<WorkspacePlaces>
    let tombstones: WorkspaceTombstones
    let largest = LargestLogs()
    let notices = StoreNotices()
    /// Held by the thread that gives events up.
    let relief = Mutex(())
    private let shards: [Shard]

    private final class Shard: Sendable {
        let table = Mutex(WorkspaceTable())
    }

    /// Shards: a power of two, well above the number of threads that look workspaces up at once.
    private static let shardCount = 64

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - policies: How each log is bounded.
    ///   - maxWorkspaces: Most workspaces, at least 1; as many more are remembered by their id counter alone.
    ///   - clock: Where logs take their time from.
    ///   - topics: Whom it tells of changes; a workspace that somebody follows does not give way.
    ///   - memory: Where events lie. Its budget's relief is this store's: it gives up the oldest events of its largest logs.
    ///   - notify: Takes what an operator should know. Called on any thread; must be short.
    package init(
        policies: LogPolicies, maxWorkspaces: Int, clock: any LogClock, topics: LogTopics,
        memory: EventMemory = EventMemory(), notify: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) {
        self.policies = Mutex(policies)
        self.clock = clock
        self.topics = topics
        self.memory = memory
        self.notify = notify
        places = Mutex(WorkspacePlaces(limit: maxWorkspaces))
        tombstones = WorkspaceTombstones(limit: maxWorkspaces)
        shards = (0..<Self.shardCount).map { _ in Shard() }
        memory.budget.relief = { [weak self] bytes in self?.relieve(bytes) }
    }

    // MARK: EventStore

    package func open() {}
    package func close() {}
    package var health: StoreHealth { .ready }

    package func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> StoreCompletion<AppendReceipt>
    ) throws(StoreError) -> StoreAnswer<AppendReceipt> {
        try refuseBeyondMemory(Self.bytes(of: batch))
        while true {
            let found = try findOrMake(workspace)
            switch append(batch, to: found) {
            case .appended(let receipt):
                topics.publish(workspace)
                return .now(receipt)
            case .gone: continue
            case .outOfMemory: throw .outOfMemory
            }
        }
    }

    package func append(
        _ batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]> {
        .now(try reserveEverything(batches).apply(batches))
    }

    package func reserve(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> (any AppendReservation)? {
        OwnedReservation(batches: OwnedBatches(batches), places: try reserveEverything(batches))
    }

    package func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> StoreCompletion<EventPage>
    ) throws(StoreError) -> StoreAnswer<EventPage> {
        guard let found = find(workspace) else { return .now(pageWithoutLog(query, workspace)) }
        return .now(self.query(query, of: found))
    }

    /// Reads a page of a workspace that was found.
    package func query(_ query: EventQuery, of workspace: MemoryWorkspace) -> EventPage {
        let now = clock.steady
        var page = workspace.state.withLock { state in
            state.lastUsed = now
            return state.log.query(query, now: now)
        }
        if let kinds = query.kinds, !page.isUnchanged {
            page.filter(by: kinds, limit: query.limit, backwards: query.readsBackwards)
            if query.maxBytes < .max { page.truncate(toBytes: query.maxBytes, backwards: query.readsBackwards) }
        }
        return page
    }

    package func clear(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<Void>
    ) throws(StoreError) -> StoreAnswer<Void> {
        guard let found = find(workspace) else { return .now(()) }
        // Freed after unlocking: many blocks take their time.
        let dropped = found.state.withLock { state in
            let before = state.log
            state.log.clear()
            return before
        }
        _ = consume dropped
        topics.publish(workspace)
        return .now(())
    }

    package func describe(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<LogDescription?>
    ) throws(StoreError) -> StoreAnswer<LogDescription?> {
        .now(find(workspace).map { description(of: $0, now: clock.steady) })
    }

    package func list(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]> {
        let now = clock.steady
        var found: [(id: OwnedBytes, workspace: MemoryWorkspace)] = []
        forEachWorkspace { workspace in
            let id = workspace.id
            if listing.covers(id.span) { found.append((id, workspace)) }
        }
        found.sort { left, right in left.id.span.order(against: right.id.span) < 0 }
        return .now(found.prefix(listing.limit).map { description(of: $0.workspace, now: now) })
    }

    package func expire() {
        let now = clock.steady
        forEachWorkspace { workspace in
            let sizeClass = workspace.state.withLock { state in
                state.log.evict(now: now)
                return state.noteSize()
            }
            if let sizeClass { largest.move(workspace, to: sizeClass) }
        }
        memory.trim()
    }

    package func apply(_ policies: LogPolicies) {
        self.policies.withLock { $0 = policies }
        forEachWorkspace { workspace in
            let id = workspace.id
            let bounds = policies.policy(for: id.span).bounds
            workspace.state.withLock { $0.log.follow(bounds) }
        }
    }

    // MARK: One log

    /// What became of an append to a workspace that was found.
    package enum Appending {
        case appended(AppendReceipt)
        /// The workspace has given way meanwhile.
        case gone
        case outOfMemory
    }

    /// Appends to a workspace that was found.
    package func append(_ batch: borrowing EventBatch, to workspace: MemoryWorkspace) -> Appending {
        var mayRelieve = true
        while true {
            var sizeClass: UInt8?
            let appending = workspace.state.withLock { state -> Appending in
                guard !state.isGone else { return .gone }
                // The clock is read under the lock: the order of ids is the order of time stamps.
                let now = MemoryLog.Now(wall: clock.wall, steady: clock.steady)
                guard let receipt = state.log.append(batch, now: now) else { return .outOfMemory }
                state.lastUsed = now.steady
                sizeClass = state.noteSize()
                return .appended(receipt)
            }
            if let sizeClass { largest.move(workspace, to: sizeClass) }
            if case .outOfMemory = appending, mayRelieve {
                mayRelieve = false
                giveUp(Self.bytes(of: batch))
                continue
            }
            if memory.budget.excess > 0 { relieve(0) }
            return appending
        }
    }

    /// Appends to a workspace that was pinned for it. Cannot fail: where not even giving up all events makes room for these,
    /// they count as appended and evicted at once.
    func appendPinned(_ batch: borrowing EventBatch, to workspace: MemoryWorkspace) -> AppendReceipt {
        let appending = append(batch, to: workspace)
        return workspace.state.withLock { state in
            state.pins -= 1
            if case .appended(let receipt) = appending { return receipt }
            return state.log.appendEvicted(
                count: batch.count, now: MemoryLog.Now(wall: clock.wall, steady: clock.steady))
        }
    }

    /// The page of a workspace that has no log, or has only left its id counter here.
    private func pageWithoutLog(_ query: EventQuery, _ workspace: Span<UInt8>) -> EventPage {
        guard let remains = tombstones.find(workspace) else { return .ofUnknownWorkspace(query) }
        var log = MemoryLog(epoch: remains.epoch, bounds: LogBounds(), memory: memory)
        log.restore(epoch: remains.epoch, latest: remains.latest, lastTimestamp: remains.lastTimestamp)
        return log.query(query, now: clock.steady)
    }

    private func description(of workspace: MemoryWorkspace, now: Int64) -> LogDescription {
        let id = workspace.id
        return workspace.state.withLock { state in
            state.log.evict(now: now)
            return LogDescription(
                workspace: id, version: state.log.version, count: state.log.count, bytes: state.log.byteCount,
                lastAppend: state.log.lastTimestamp)
        }
    }

    // MARK: The table

    /// The workspace with this id; nil when there is none. O(1).
    package func find(_ id: Span<UInt8>) -> MemoryWorkspace? {
        let hash = WorkspaceID.hash(of: id)
        return shard(of: hash).table.withLock { $0.find(id, hash: hash) }
    }

    func insert(_ workspace: MemoryWorkspace, hash: Int) {
        shard(of: hash).table.withLock { $0.insert(workspace, hash: hash) }
    }

    func remove(_ workspace: MemoryWorkspace) -> Bool {
        let id = workspace.id
        let hash = WorkspaceID.hash(of: id.span)
        return shard(of: hash).table.withLock { $0.remove(workspace, hash: hash) }
    }

    /// Calls `body` with every workspace, some of them at a time, so that no lock is held for long or while `body` runs.
    func forEachWorkspace(_ body: (MemoryWorkspace) -> Void) {
        for shard in shards {
            var start = 0
            var goesOn = true
            while goesOn {
                var batch: [MemoryWorkspace] = []
                goesOn = shard.table.withLock { table in
                    table.forEach(inPlaces: start..<(start + Self.sweepPlaces)) { batch.append($0) }
                }
                for workspace in batch { body(workspace) }
                start += Self.sweepPlaces
            }
        }
    }

    /// Places looked at under one hold of a shard's lock.
    private static let sweepPlaces = 256

    private func shard(of hash: Int) -> Shard {
        // The table takes the low bits.
        shards[Int(truncatingIfNeeded: UInt(bitPattern: hash) >> 58)]
    }
}
