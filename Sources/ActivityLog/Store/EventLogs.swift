private import Synchronization

/// All logs of this process: finds the store that a workspace's policy asks for, makes batches over several stores whole,
/// and watches that each answer comes in time. Itself a store, so that its callers know only one.
package final class EventLogs: EventStore {
    /// Whom the stores tell of changes.
    package let topics: LogTopics
    private let stores: [BackendKind: any EventStore]
    private let routing: Mutex<Routing>
    private let deadlines: AnswerDeadlines

    /// Within how many seconds a store answers, or its caller is told that it did not.
    package static let answerSeconds = 10

    /// Which store has which workspace.
    private struct Routing {
        var policies: LogPolicies
        /// The store of all workspaces, when there is one that has all.
        var only: (any EventStore)?
    }

    /// Makes the logs that `policies` ask for, kept by the stores of this target.
    ///
    /// - Parameters:
    ///   - policies: How each workspace's log is kept.
    ///   - maxWorkspaces: Most workspaces of the memory store.
    ///   - clock: Where logs take their time from.
    ///   - memory: Where the memory store's events lie.
    ///   - notify: Takes what an operator should know. Called on any thread; must be short.
    package convenience init(
        policies: LogPolicies, maxWorkspaces: Int, clock: any LogClock, memory: EventMemory = EventMemory(),
        notify: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) {
        let topics = LogTopics()
        self.init(
            policies: policies,
            stores: [
                .memory: MemoryStore(
                    policies: policies, maxWorkspaces: maxWorkspaces, clock: clock, topics: topics, memory: memory,
                    notify: notify),
                .disabled: DisabledStore(clock: clock),
            ], clock: clock, topics: topics)
    }

    /// Makes the logs of `stores`, which has one at least for the kind that stands in for every kind in `policies` and tells
    /// `topics` of changes.
    package init(
        policies: LogPolicies, stores: [BackendKind: any EventStore], clock: any LogClock, topics: LogTopics,
        answerSeconds: Int = EventLogs.answerSeconds
    ) {
        self.topics = topics
        self.stores = stores
        routing = Mutex(Routing(policies: policies, only: Self.only(policies, stores)))
        deadlines = AnswerDeadlines(seconds: answerSeconds, clock: clock)
    }

    private static func only(_ policies: LogPolicies, _ stores: [BackendKind: any EventStore]) -> (any EventStore)? {
        let kinds = policies.kinds
        return kinds.count == 1 ? kinds.first.flatMap { stores[$0] } : nil
    }

    /// The store of a workspace. One short lock; O(rules) where policies name several stores.
    private func store(of workspace: Span<UInt8>) throws(StoreError) -> any EventStore {
        let (only, kind) = routing.withLock { routing in
            (routing.only, routing.only == nil ? routing.policies.policy(for: workspace).backend.substitute : nil)
        }
        if let only { return only }
        guard let store = kind.flatMap({ stores[$0] }) else {
            throw .unavailable(reason: "there is no \(kind?.rawValue ?? "such") store")
        }
        return store
    }

    /// Tells callers whose answer has not come in time. Called a few times a second by one thread, as long as
    /// ``awaitsAnswers``.
    package func expireAnswers() { deadlines.expire() }

    /// Whether answers are awaited.
    package var awaitsAnswers: Bool { deadlines.isWaiting }

    // MARK: EventStore

    package func open() throws(StoreError) {
        for (_, store) in stores { try store.open() }
    }

    package func close() {
        for (_, store) in stores { store.close() }
    }

    /// Failing when one of the stores in use is.
    package var health: StoreHealth {
        let kinds = routing.withLock { $0.policies.kinds }
        for kind in BackendKind.allCases where kinds.contains(kind) {
            if case .failing(let reason) = stores[kind]?.health {
                return .failing(reason: "\(kind.rawValue): \(reason)")
            }
        }
        return .ready
    }

    package func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> StoreCompletion<AppendReceipt>
    ) throws(StoreError) -> StoreAnswer<AppendReceipt> {
        try store(of: workspace).append(batch, to: workspace) { deadlines.watch(later()) }
    }

    package func append(
        _ batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]> {
        if let only = routing.withLock({ $0.only }) {
            return try only.append(batches) { deadlines.watch(later()) }
        }
        return try append(split(batches), of: batches) { deadlines.watch(later()) }
    }

    package func reserve(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> (any AppendReservation)? {
        if let only = routing.withLock({ $0.only }) { return try only.reserve(batches) }
        return nil
    }

    package func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> StoreCompletion<EventPage>
    ) throws(StoreError) -> StoreAnswer<EventPage> {
        try store(of: workspace).query(query, of: workspace) { deadlines.watch(later()) }
    }

    package func clear(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<Void>
    ) throws(StoreError) -> StoreAnswer<Void> {
        try store(of: workspace).clear(workspace) { deadlines.watch(later()) }
    }

    package func describe(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<LogDescription?>
    ) throws(StoreError) -> StoreAnswer<LogDescription?> {
        try store(of: workspace).describe(workspace) { deadlines.watch(later()) }
    }

    package func list(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]> {
        if let only = routing.withLock({ $0.only }) { return try only.list(listing) { deadlines.watch(later()) } }
        return try listAll(listing) { deadlines.watch(later()) }
    }

    package func expire() {
        for (_, store) in stores { store.expire() }
    }

    package func apply(_ policies: LogPolicies) {
        for (_, store) in stores { store.apply(policies) }
        routing.withLock { $0 = Routing(policies: policies, only: Self.only(policies, stores)) }
    }
}

extension EventLogs {
    /// The groups of a batch that one store has.
    private struct Share {
        let store: any EventStore
        /// Their places in the whole batch.
        var places: [Int] = []
        var groups: [WorkspaceBatches.Group] = []
    }

    private func split(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> [Share] {
        var shares: [Share] = []
        for index in 0..<batches.count {
            let store = try store(of: batches.workspace(at: index))
            let share = shares.firstIndex { $0.store === store } ?? shares.count
            if share == shares.count { shares.append(Share(store: store)) }
            shares[share].places.append(index)
            shares[share].groups.append(batches.groups[index])
        }
        return shares
    }

    /// Appends over several stores: what cannot fail once it is reserved is reserved first; then the one store that can fail
    /// appends, and as it does, the rest is applied or given back.
    private func append(
        _ shares: [Share], of batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]> {
        let count = batches.count
        var reserved = Reserved(count: count)
        var failing: Share?
        do throws(StoreError) {
            for share in shares {
                let part = WorkspaceBatches(bytes: batches.bytes, drafts: batches.drafts, groups: share.groups.span)
                if let reservation = try share.store.reserve(part) {
                    reserved.parts.append((share.places, reservation))
                } else if failing == nil {
                    failing = share
                } else {
                    throw .batchSpansStores
                }
            }
            guard let failing else { return .now(reserved.apply(beside: nil)) }
            let part = WorkspaceBatches(bytes: batches.bytes, drafts: batches.drafts, groups: failing.groups.span)
            let rest = reserved
            let answer = try failing.store.append(part) {
                let completion = later()
                return { result in
                    switch result {
                    case .success(let receipts): completion(.success(rest.apply(beside: (failing.places, receipts))))
                    case .failure(let error):
                        rest.cancel()
                        completion(.failure(error))
                    }
                }
            }
            guard case .now(let receipts) = answer else { return .later }
            return .now(reserved.apply(beside: (failing.places, receipts)))
        } catch {
            reserved.cancel()
            throw error
        }
    }

    private struct Reserved: Sendable {
        /// Groups in the whole batch.
        let count: Int
        var parts: [(places: [Int], reservation: any AppendReservation)] = []

        /// Applies everything; the receipts in the order of the whole batch, with those of `other` among them.
        func apply(beside other: (places: [Int], receipts: [AppendReceipt])?) -> [AppendReceipt] {
            var receipts: [AppendReceipt?] = Array(repeating: nil, count: count)
            for (place, receipt) in zip(other?.places ?? [], other?.receipts ?? []) { receipts[place] = receipt }
            for (places, reservation) in parts {
                for (place, receipt) in zip(places, reservation.apply()) { receipts[place] = receipt }
            }
            return receipts.compactMap(\.self)
        }

        func cancel() {
            for (_, reservation) in parts { reservation.cancel() }
        }
    }

    private func listAll(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]> {
        let stores = Array(stores.values)
        var answers: [Result<[LogDescription], StoreError>] = []
        var gathering: Gathering<Result<[LogDescription], StoreError>>?
        for (index, store) in stores.enumerated() {
            let answer: Result<[LogDescription], StoreError>
            do throws(StoreError) {
                let given = try store.list(listing) {
                    let pending =
                        gathering
                        ?? Gathering(count: stores.count, first: answers) { [completion = later()] answers in
                            completion(Self.list(answers, listing))
                        }
                    gathering = pending
                    return { pending.take($0, at: index) }
                }
                guard case .now(let logs) = given else { continue }
                answer = .success(logs)
            } catch {
                answer = .failure(error)
            }
            if let gathering { gathering.take(answer, at: index) } else { answers.append(answer) }
        }
        guard let gathering else { return .now(try Self.list(answers, listing).get()) }
        gathering.close()
        return .later
    }

    /// One list of those of all stores, or the first error: a part would pass for all.
    private static func list(
        _ answers: [Result<[LogDescription], StoreError>], _ listing: LogListing
    ) -> Result<[LogDescription], StoreError> {
        var all: [LogDescription] = []
        for answer in answers {
            switch answer {
            case .success(let logs): all += logs
            case .failure: return answer
            }
        }
        return .success(listing.cut(all))
    }
}

/// What an operator should know of a store.
package enum StoreNotice: Equatable, Sendable {
    /// The store has `count` of the `limit` workspaces that it may have.
    case workspacesNearlyFull(count: Int, limit: Int)
    /// A new workspace was refused: there are `limit`, and none gives way.
    case workspacesFull(limit: Int)
    /// Events of the largest logs were given up before their time to stay within so many bytes of memory.
    case eventsGivenUp(limit: Int)
}
