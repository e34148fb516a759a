internal import ByteBuffers
private import Synchronization

/// How many workspaces there are, and which could give way. Guarded by the store's lock for making workspaces, so that two
/// that make the same ones do not count them twice.
struct WorkspacePlaces {
    /// Most workspaces.
    let limit: Int
    var count = 0
    /// Workspaces that may give way, the longest unused one last; looked at again before they do.
    var candidates: [MemoryWorkspace] = []
    /// Before then nothing can give way: a look found nothing.
    var nextLook = Int64.min
    /// Whether the operator has been told that it is getting full.
    var isNearlyFull = false

    /// Candidates found by one look over all workspaces.
    static let mostCandidates = 4096
    /// Between two looks that find nothing, in microseconds of the steady clock.
    static let pause: Int64 = 1_000_000
    /// How long a workspace stays without being used when its TTL is not shorter, in microseconds.
    static let longestUnused: Int64 = 600_000_000

    /// Since when a workspace of these bounds must not have been used for it to give way.
    static func horizon(_ bounds: LogBounds, now: Int64) -> Int64 {
        now - min(Int64(bounds.ttlSeconds) * 1_000_000, longestUnused)
    }

    /// Whether it is 90 % full now and has not been told so; forgets that at 80 %.
    mutating func hasBecomeNearlyFull() -> Bool {
        if count * 10 < limit * 8 { isNearlyFull = false }
        guard count * 10 >= limit * 9, !isNearlyFull else { return false }
        isNearlyFull = true
        return true
    }
}

extension MemoryStore {
    /// The workspace with this id, which must be valid; made when there is none.
    func findOrMake(_ id: Span<UInt8>) throws(StoreError) -> MemoryWorkspace {
        if let found = find(id) { return found }
        var made: MemoryWorkspace?
        let fullness = places.withLock { places -> Fullness in
            if let found = find(id) {
                made = found
                return .roomy
            }
            guard makeRoom(for: 1, in: &places) else { return .full(places.limit) }
            made = make(id, in: &places)
            return Fullness(&places)
        }
        tell(fullness)
        guard let made else { throw .tooManyWorkspaces(limit: places.withLock { $0.limit }) }
        return made
    }

    /// Makes sure of memory and of a place for every workspace of a batch, or of none.
    func reserveEverything(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> ReservedPlaces {
        var bytes = 0
        for index in 0..<batches.count { bytes += Self.bytes(of: batches.batch(at: index)) }
        try refuseBeyondMemory(bytes)
        var reserved = ReservedPlaces(store: self)
        var missing = 0
        for index in 0..<batches.count {
            let found = find(batches.workspace(at: index)).flatMap { $0.pin() ? $0 : nil }
            if found == nil { missing += 1 }
            reserved.workspaces.append(found)
        }
        guard missing > 0 else { return reserved }
        let fullness = places.withLock { places -> Fullness in
            var unmade = 0
            for index in reserved.workspaces.indices where reserved.workspaces[index] == nil {
                // Another thread may have made it meanwhile. What is found under this lock does not give way.
                if let found = find(batches.workspace(at: index)), found.pin() {
                    reserved.workspaces[index] = found
                } else {
                    unmade += 1
                }
            }
            guard makeRoom(for: unmade, in: &places) else { return .full(places.limit) }
            for index in reserved.workspaces.indices where reserved.workspaces[index] == nil {
                let made = make(batches.workspace(at: index), in: &places)
                _ = made.pin()
                reserved.workspaces[index] = made
                reserved.made.append(made)
            }
            return Fullness(&places)
        }
        tell(fullness)
        if case .full(let limit) = fullness {
            reserved.cancel()
            throw .tooManyWorkspaces(limit: limit)
        }
        return reserved
    }

    // MARK: Making and giving way, under the lock

    private func make(_ id: Span<UInt8>, in places: inout WorkspacePlaces) -> MemoryWorkspace {
        let bounds = policies.withLock { $0 }.policy(for: id).bounds
        var log = MemoryLog(epoch: .random(), bounds: bounds, memory: memory)
        if let remains = tombstones.take(id) {
            log.restore(epoch: remains.epoch, latest: remains.latest, lastTimestamp: remains.lastTimestamp)
        }
        let workspace = MemoryWorkspace(id: id, log: log, now: clock.steady)
        insert(workspace, hash: WorkspaceID.hash(of: id))
        places.count += 1
        return workspace
    }

    /// Lets workspaces give way until there are places for `wanted` more; false when not enough of them can, and none has.
    private func makeRoom(for wanted: Int, in places: inout WorkspacePlaces) -> Bool {
        let needed = places.count + wanted - places.limit
        guard needed > 0 else { return true }
        let now = clock.steady
        var gone = 0
        while gone < needed {
            if places.candidates.isEmpty { findCandidates(&places, now: now) }
            guard let candidate = places.candidates.popLast() else { return false }
            if giveWay(candidate, now: now, in: &places) { gone += 1 }
        }
        return true
    }

    private func findCandidates(_ places: inout WorkspacePlaces, now: Int64) {
        guard now >= places.nextLook else { return }
        let policies = policies.withLock { $0 }
        var found: [(lastUsed: Int64, workspace: MemoryWorkspace)] = []
        forEachWorkspace { workspace in
            let lastUsed = workspace.state.withLock { state -> Int64? in
                state.log.evict(now: now)
                return state.canGiveWay(now: now) ? state.lastUsed : nil
            }
            guard let lastUsed else { return }
            let id = workspace.id
            guard !policies.name(id.span) else { return }
            found.append((lastUsed, workspace))
            if found.count >= 4 * WorkspacePlaces.mostCandidates {
                found.sort { $0.lastUsed < $1.lastUsed }
                found.removeLast(found.count - WorkspacePlaces.mostCandidates)
            }
        }
        found.sort { $0.lastUsed < $1.lastUsed }
        places.candidates = found.prefix(WorkspacePlaces.mostCandidates).reversed().map(\.workspace)
        if places.candidates.isEmpty { places.nextLook = now + WorkspacePlaces.pause }
    }

    private func giveWay(_ workspace: MemoryWorkspace, now: Int64, in places: inout WorkspacePlaces) -> Bool {
        let id = workspace.id
        guard !topics.isFollowed(id.span), !policies.withLock({ $0 }).name(id.span) else { return false }
        let remains = workspace.state.withLock { state -> WorkspaceTombstones.Remains? in
            state.log.evict(now: now)
            guard state.canGiveWay(now: now) else { return nil }
            state.isGone = true
            return state.remains
        }
        guard let remains else { return false }
        bury(workspace, id, remains, in: &places)
        return true
    }

    private func bury(
        _ workspace: MemoryWorkspace, _ id: OwnedBytes, _ remains: WorkspaceTombstones.Remains,
        in places: inout WorkspacePlaces
    ) {
        if remains.latest > 0 { tombstones.add(id, remains) }
        _ = remove(workspace)
        largest.remove(workspace)
        places.count -= 1
    }

    /// Takes back workspaces that were made for a batch that is not appended after all, but for those that others have used.
    func unmake(_ made: [MemoryWorkspace]) {
        places.withLock { places in
            for workspace in made {
                let remains = workspace.state.withLock { state -> WorkspaceTombstones.Remains? in
                    guard !state.isGone, state.pins == 0, state.log.count == 0 else { return nil }
                    state.isGone = true
                    return state.remains
                }
                if let remains { bury(workspace, workspace.id, remains, in: &places) }
            }
        }
    }

    // MARK: Telling

    private enum Fullness {
        case roomy
        case nearlyFull(count: Int, limit: Int)
        case full(Int)

        init(_ places: inout WorkspacePlaces) {
            self = places.hasBecomeNearlyFull() ? .nearlyFull(count: places.count, limit: places.limit) : .roomy
        }
    }

    private func tell(_ fullness: Fullness) {
        switch fullness {
        case .roomy: return
        case .nearlyFull(let count, let limit): notify(.workspacesNearlyFull(count: count, limit: limit))
        case .full(let limit):
            if notices.mayTell(.workspacesFull, now: clock.steady) { notify(.workspacesFull(limit: limit)) }
        }
    }
}

extension MemoryWorkspace.State {
    /// Whether nobody needs the workspace, as far as it knows itself.
    fileprivate func canGiveWay(now: Int64) -> Bool {
        !isGone && pins == 0 && log.count == 0 && lastUsed <= WorkspacePlaces.horizon(log.bounds, now: now)
    }

    fileprivate var remains: WorkspaceTombstones.Remains {
        WorkspaceTombstones.Remains(epoch: log.epoch, latest: log.latest, lastTimestamp: log.lastTimestamp)
    }
}

extension MemoryWorkspace {
    /// Keeps the workspace from giving way until an unpinning; false when it has given way.
    fileprivate func pin() -> Bool {
        state.withLock { state in
            guard !state.isGone else { return false }
            state.pins += 1
            return true
        }
    }
}

/// The workspaces of a batch, each pinned.
struct ReservedPlaces: Sendable {
    let store: MemoryStore
    /// In the order of the batches.
    var workspaces: [MemoryWorkspace?] = []
    /// Those of them that were made for it.
    var made: [MemoryWorkspace] = []

    /// Appends to all of them; cannot fail.
    func apply(_ batches: borrowing WorkspaceBatches) -> [AppendReceipt] {
        var receipts: [AppendReceipt] = []
        receipts.reserveCapacity(workspaces.count)
        for (index, workspace) in workspaces.enumerated() {
            guard let workspace else { continue }
            receipts.append(store.appendPinned(batches.batch(at: index), to: workspace))
            store.topics.publish(batches.workspace(at: index))
        }
        return receipts
    }

    /// Gives everything back.
    func cancel() {
        for case let workspace? in workspaces { workspace.state.withLock { $0.pins -= 1 } }
        store.unmake(made)
    }
}

/// Places for batches that have been copied.
struct OwnedReservation: AppendReservation {
    let batches: OwnedBatches
    let places: ReservedPlaces

    func apply() -> [AppendReceipt] { batches.withView { places.apply($0) } }

    func cancel() { places.cancel() }
}
