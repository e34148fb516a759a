internal import ByteBuffers
private import Synchronization

/// What is kept of workspaces that have given way: where their ids go on, and under which epoch. The oldest are forgotten
/// first; a workspace that comes back after that begins a new life.
final class WorkspaceTombstones: Sendable {
    /// What is left of a log.
    struct Remains: Sendable {
        let epoch: LogEpoch
        let latest: Int
        let lastTimestamp: Int64?
        /// Which tombstone of this workspace it is: an older one's place in the queue says nothing of it.
        var number = 0
    }

    private struct State {
        var remains: [OwnedBytes: Remains] = [:]
        /// In the order in which they came, with those that were taken since.
        var queue: [(id: OwnedBytes, number: Int)] = []
        var head = 0
        var lastNumber = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    /// So that a daemon without any asks no lock.
    private let count = Atomic(0)

    init(limit: Int) { self.limit = limit }

    /// What is left of a workspace. O(1).
    func find(_ id: Span<UInt8>) -> Remains? {
        guard count.load(ordering: .acquiring) > 0 else { return nil }
        let key = OwnedBytes(id)
        return state.withLock { $0.remains[key] }
    }

    /// Takes what is left of a workspace that comes back.
    func take(_ id: Span<UInt8>) -> Remains? {
        guard count.load(ordering: .acquiring) > 0 else { return nil }
        let key = OwnedBytes(id)
        return state.withLock { state in
            let remains = state.remains.removeValue(forKey: key)
            count.store(state.remains.count, ordering: .releasing)
            return remains
        }
    }

    /// Keeps what is left of a workspace. Amortised O(1).
    func add(_ id: OwnedBytes, _ remains: Remains) {
        state.withLock { state in
            state.lastNumber += 1
            var remains = remains
            remains.number = state.lastNumber
            state.remains[id] = remains
            state.queue.append((id, remains.number))
            while state.remains.count > limit || state.queue.count - state.head > 2 * limit {
                let oldest = state.queue[state.head]
                state.head += 1
                if state.remains[oldest.id]?.number == oldest.number { state.remains[oldest.id] = nil }
            }
            if state.head > 1024, state.head * 2 > state.queue.count {
                state.queue.removeFirst(state.head)
                state.head = 0
            }
            count.store(state.remains.count, ordering: .releasing)
        }
    }
}
