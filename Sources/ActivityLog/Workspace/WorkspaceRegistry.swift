private import Synchronization

/// The workspaces of this process, created on demand with the policy that their id asks for.
///
/// Split into shards by the hash of the id, each with a lock of its own that is held for one probe. A workspace is
/// never removed: its id counter and its epoch are what readers' cursors rely on, and with no event in it costs a few
/// hundred bytes.
package final class WorkspaceRegistry: Sendable {
    private let policies: LogPolicies
    private let makeLog: @Sendable (LogPolicy) -> any EventLogBackend
    /// Most workspaces.
    package let limit: Int
    private let shards: [Shard]
    /// Workspaces in all shards, and those promised to a creation under way.
    private let total = Mutex(0)

    private final class Shard: Sendable {
        let table = Mutex(WorkspaceTable())
    }

    /// Shards: a power of two, well above the number of threads that look workspaces up at once.
    private static let shardCount = 64

    /// Makes an empty registry for at most `limit` workspaces, whose logs take their time from `clock`.
    package convenience init(policies: LogPolicies, limit: Int, clock: any LogClock) {
        let factory = EventLogFactory(clock: clock)
        self.init(policies: policies, limit: limit) { factory.makeLog($0) }
    }

    /// Makes an empty registry whose logs come from `makeLog`, which any thread may call.
    package init(
        policies: LogPolicies, limit: Int, makeLog: @escaping @Sendable (LogPolicy) -> any EventLogBackend
    ) {
        self.policies = policies
        self.limit = limit
        self.makeLog = makeLog
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    /// Number of workspaces.
    package var count: Int { total.withLock { $0 } }

    /// The workspace with this id, or nil when nothing was ever appended to it. O(1).
    package func find(_ id: Span<UInt8>) -> Workspace? {
        let hash = WorkspaceID.hash(of: id)
        return shard(of: hash).table.withLock { $0.find(id, hash: hash) }
    }

    /// The workspace with this id, which must be valid; made when there is none.
    package func findOrCreate(_ id: Span<UInt8>) throws(EventLogError) -> Workspace {
        if let workspace = find(id) { return workspace }
        try reserve(1)
        return create(id)
    }

    /// The workspaces of several different valid ids: all of them, or an error and none made.
    ///
    /// `id` is called with 0 to `count - 1`, more than once for each.
    package func findOrCreate(
        count: Int, id: (Int, (Span<UInt8>) -> Void) -> Void
    ) throws(EventLogError) -> [Workspace] {
        var missing = 0
        for index in 0..<count {
            id(index) { if find($0) == nil { missing += 1 } }
        }
        if missing > 0 { try reserve(missing) }
        var workspaces: [Workspace] = []
        workspaces.reserveCapacity(count)
        var made = 0
        for index in 0..<count {
            id(index) {
                if let workspace = find($0) {
                    workspaces.append(workspace)
                } else {
                    workspaces.append(create($0))
                    made += 1
                }
            }
        }
        // Places of workspaces that another thread made in between.
        let unused = missing - made
        if unused > 0 { total.withLock { $0 -= unused } }
        return workspaces
    }

    /// Gives the memory of expired events back, a few workspaces at a time, so that no lock is held for long.
    package func evictExpired() {
        for shard in shards {
            var start = 0
            var goesOn = true
            while goesOn {
                var batch: [Workspace] = []
                goesOn = shard.table.withLock { table in
                    table.forEach(inPlaces: start..<(start + Self.sweepPlaces)) { batch.append($0) }
                }
                for workspace in batch { workspace.log.evictExpired() }
                start += Self.sweepPlaces
            }
        }
    }

    /// Places looked at under one hold of a shard's lock.
    private static let sweepPlaces = 256

    private func reserve(_ wanted: Int) throws(EventLogError) {
        let fits = total.withLock { total in
            guard total + wanted <= limit else { return false }
            total += wanted
            return true
        }
        if !fits { throw .tooManyWorkspaces(limit: limit) }
    }

    /// Makes the workspace in a place that was reserved, or finds the one that another thread has just made and
    /// returns the place.
    private func create(_ id: Span<UInt8>) -> Workspace {
        let hash = WorkspaceID.hash(of: id)
        let fresh = Workspace(id: id, log: makeLog(policies.policy(for: id)))
        let existing = shard(of: hash).table.withLock { table in
            if let existing = table.find(id, hash: hash) { return existing as Workspace? }
            table.insert(fresh, hash: hash)
            return nil
        }
        guard let existing else { return fresh }
        total.withLock { $0 -= 1 }
        return existing
    }

    private func shard(of hash: Int) -> Shard {
        // The table takes the low bits.
        shards[Int(truncatingIfNeeded: UInt(bitPattern: hash) >> 58)]
    }
}
