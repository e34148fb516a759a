internal import MemoryBudget
private import Synchronization

// What happens when memory is short: the logs that hold most give up their oldest events, before their time; only when that
// does not make room is an append refused.

extension MemoryStore {
    /// How far beyond the budget what is under way may take us: some segments a thread.
    private var slack: Int { max(1 << 20, memory.budget.limit / 32) }

    /// What is given up at once beyond what is needed, so that it is not needed again at the next append.
    private var reserve: Int { min(max(memory.budget.limit / 64, 64 << 10), 16 << 20) }

    /// Refuses what there is no memory for, after events have been given up for it.
    func refuseBeyondMemory(_ bytes: Int) throws(StoreError) {
        let budget = memory.budget
        guard budget.total + bytes > budget.limit else { return }
        relieve(bytes)
        if budget.total + bytes > budget.limit, bytes > slack || budget.excess > slack { throw .outOfMemory }
    }

    /// Bytes that a batch will take, about.
    static func bytes(of batch: borrowing EventBatch) -> Int {
        var bytes = 0
        let drafts = batch.drafts
        for index in drafts.indices {
            bytes += Int(drafts[index].kindCount + drafts[index].payloadCount) + EventWire.mostOverhead
        }
        return bytes
    }

    /// Frees event memory until `bytes` more fit into the budget, or until no event is left. No lock is held. One thread at a
    /// time; one that wants nothing for itself leaves it to the other.
    func relieve(_ bytes: Int) {
        let budget = memory.budget
        guard budget.limit < .max, budget.total + bytes > budget.limit else { return }
        if bytes == 0 {
            _ = relief.withLockIfAvailable { _ in relieve(bytes, budget.limit) }
        } else {
            relief.withLock { _ in relieve(bytes, budget.limit) }
        }
    }

    /// Gives up `bytes` of events whatever the budget says: the kernel has no memory.
    func giveUp(_ bytes: Int) {
        relief.withLock { _ in relieve(bytes + reserve, memory.budget.total) }
        memory.trim()
    }

    private func relieve(_ bytes: Int, _ limit: Int) {
        memory.trim()
        var gaveUp = false
        // A goal that cannot be met ends when no log is left.
        while memory.budget.total + bytes > limit {
            let needed = memory.budget.total + bytes - limit + reserve
            guard let workspace = largest.first() else {
                gaveUp = giveUpSmallLogs(needed) > 0 || gaveUp
                memory.trim()
                break
            }
            gaveUp = giveUp(needed, of: workspace) > 0 || gaveUp
            memory.trim()
        }
        if gaveUp, notices.mayTell(.eventsGivenUp, now: clock.steady) { notify(.eventsGivenUp(limit: limit)) }
    }

    private func giveUp(_ needed: Int, of workspace: MemoryWorkspace) -> Int {
        let now = clock.steady
        let (freed, size) = workspace.state.withLock { state in
            state.log.evict(now: now)
            // Part of it, so that equals give up in turn.
            let freed = state.log.giveUpOldest(bytes: min(needed, max(state.log.byteCount / 4, 64 << 10)))
            _ = state.noteSize()
            return (freed, state.sizeClass)
        }
        largest.move(workspace, to: size)
        return freed
    }

    private func giveUpSmallLogs(_ needed: Int) -> Int {
        var freed = 0
        forEachWorkspace { workspace in
            guard freed < needed else { return }
            freed += workspace.state.withLock { $0.log.giveUpOldest(bytes: .max) }
        }
        return freed
    }
}

/// How often an operator is told the same: once a minute.
final class StoreNotices: Sendable {
    /// What is told.
    enum Kind: Hashable { case eventsGivenUp, workspacesFull, workspacesNearlyFull, clockWentBack }

    private static let pause: Int64 = 60_000_000
    private let last = Mutex<[Kind: Int64]>([:])

    /// Whether it is time to tell it, which is then noted; `now` is on the steady clock.
    func mayTell(_ kind: Kind, now: Int64) -> Bool {
        last.withLock { last in
            if let told = last[kind], now - told < Self.pause { return false }
            last[kind] = now
            return true
        }
    }
}
