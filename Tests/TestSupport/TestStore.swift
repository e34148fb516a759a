package import ActivityLog
internal import ByteBuffers
private import Dispatch
private import Synchronization

/// What a ``TestStore`` does with what it is asked for, and the answers that it has not given yet.
package final class TestAnswers: Sendable {
    /// What becomes of an operation.
    package enum Fate: Sendable {
        /// Carried out and answered at once, as by a store in memory.
        case now
        /// Carried out and answered when the test says so.
        case later
        /// Answered with an error when the test says so; nothing is carried out.
        case laterFailing(StoreError)
        /// Refused at once.
        case throwing(StoreError)
        /// Never answered; nothing is carried out.
        case never
    }

    private struct State {
        var fate: Fate
        var fates: [OwnedBytes: Fate] = [:]
        var waiting: [@Sendable () -> Void] = []
        var asked = 0
        var deliversByItself = false
    }

    private let state: Mutex<State>

    /// Makes answers of one fate.
    package init(_ fate: Fate = .later) {
        state = Mutex(State(fate: fate))
    }

    /// What becomes of operations from now on.
    package var fate: Fate {
        get { state.withLock { $0.fate } }
        set { state.withLock { $0.fate = newValue } }
    }

    /// Operations asked for so far.
    package var asked: Int { state.withLock { $0.asked } }

    /// Answers that wait to be delivered.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// Decides about the operations of one workspace, and about batches that it is part of, from now on.
    package func decide(_ fate: Fate, for workspace: String) {
        let id = OwnedBytes(Array(workspace.utf8).span)
        state.withLock { $0.fates[id] = fate }
    }

    fileprivate func nextFate(_ workspaces: OwnedBytes...) -> Fate { nextFate(workspaces) }

    fileprivate func nextFate(_ workspaces: [OwnedBytes]) -> Fate {
        state.withLock { state in
            state.asked += 1
            for workspace in workspaces {
                if let fate = state.fates[workspace] { return fate }
            }
            return state.fate
        }
    }

    /// Whether each answer comes by itself, from another thread, without a call of ``deliver()``.
    package var deliversByItself: Bool {
        get { state.withLock { $0.deliversByItself } }
        set { state.withLock { $0.deliversByItself = newValue } }
    }

    fileprivate func add(_ answer: @escaping @Sendable () -> Void) {
        let comesByItself = state.withLock { state in
            if !state.deliversByItself { state.waiting.append(answer) }
            return state.deliversByItself
        }
        if comesByItself { DispatchQueue.global().async(execute: answer) }
    }

    /// Delivers what waits, the last first, on another thread, and waits for that; then what was asked for meanwhile.
    package func deliver() {
        while true {
            let answers = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            if answers.isEmpty { return }
            let done = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                for answer in answers.reversed() { answer() }
                done.signal()
            }
            done.wait()
        }
    }
}

/// A store as one on a disk or in a network could be, over one in memory: it answers late, out of order, with errors, with
/// errors thrown at once, or never. What fails, or is never answered, is not carried out; what is answered later is carried
/// out when it is.
package final class TestStore: EventStore {
    private let inner: any EventStore
    private let answers: TestAnswers

    /// Makes a store that keeps its logs in `inner` and lets `answers` decide when it says so.
    package init(_ inner: any EventStore, answers: TestAnswers) {
        self.inner = inner
        self.answers = answers
    }

    package func open() throws(StoreError) { try inner.open() }
    package func close() { inner.close() }
    package var health: StoreHealth { inner.health }
    package func expire() { inner.expire() }
    package func apply(_ policies: LogPolicies) { inner.apply(policies) }

    package func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> StoreCompletion<AppendReceipt>
    ) throws(StoreError) -> StoreAnswer<AppendReceipt> {
        let id = OwnedBytes(workspace)
        let fate = answers.nextFate(id)
        if case .now = fate { return try inner.append(batch, to: workspace, later: later) }
        let bytes = OwnedBytes(batch.bytes)
        let drafts = batch.drafts
        let copies = drafts.indices.map { drafts[$0] }
        return try answer(fate, later) { [inner] () throws(StoreError) in
            try inner.append(EventBatch(bytes: bytes.span, drafts: copies.span), to: id.span) { { _ in } }
        }
    }

    package func append(
        _ batches: borrowing WorkspaceBatches, later: () -> StoreCompletion<[AppendReceipt]>
    ) throws(StoreError) -> StoreAnswer<[AppendReceipt]> {
        var ids: [OwnedBytes] = []
        for index in 0..<batches.count { ids.append(OwnedBytes(batches.workspace(at: index))) }
        let fate = answers.nextFate(ids)
        if case .now = fate { return try inner.append(batches, later: later) }
        let copy = OwnedBatches(batches)
        return try answer(fate, later) { [inner] () throws(StoreError) in
            try copy.withView { batches -> Result<StoreAnswer<[AppendReceipt]>, StoreError> in
                do throws(StoreError) {
                    return .success(try inner.append(batches) { { _ in } })
                } catch {
                    return .failure(error)
                }
            }.get()
        }
    }

    /// It can fail after others have applied their part.
    package func reserve(_ batches: borrowing WorkspaceBatches) throws(StoreError) -> (any AppendReservation)? { nil }

    package func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> StoreCompletion<EventPage>
    ) throws(StoreError) -> StoreAnswer<EventPage> {
        let id = OwnedBytes(workspace)
        return try answer(answers.nextFate(id), later) { [inner] () throws(StoreError) in
            try inner.query(query, of: id.span) { { _ in } }
        }
    }

    package func clear(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<Void>
    ) throws(StoreError) -> StoreAnswer<Void> {
        let id = OwnedBytes(workspace)
        return try answer(answers.nextFate(id), later) { [inner] () throws(StoreError) in
            try inner.clear(id.span) { { _ in } }
        }
    }

    package func describe(
        _ workspace: Span<UInt8>, later: () -> StoreCompletion<LogDescription?>
    ) throws(StoreError) -> StoreAnswer<LogDescription?> {
        let id = OwnedBytes(workspace)
        return try answer(answers.nextFate(id), later) { [inner] () throws(StoreError) in
            try inner.describe(id.span) { { _ in } }
        }
    }

    package func list(
        _ listing: LogListing, later: () -> StoreCompletion<[LogDescription]>
    ) throws(StoreError) -> StoreAnswer<[LogDescription]> {
        try answer(answers.nextFate(), later) { [inner] () throws(StoreError) in
            try inner.list(listing) { { _ in } }
        }
    }

    /// Answers as `fate` says with what `operation`, on a store that answers at once, gives.
    private func answer<Value: Sendable>(
        _ fate: TestAnswers.Fate, _ later: () -> StoreCompletion<Value>,
        _ operation: @escaping @Sendable () throws(StoreError) -> StoreAnswer<Value>
    ) throws(StoreError) -> StoreAnswer<Value> {
        switch fate {
        case .now: return try operation()
        case .throwing(let error): throw error
        case .later:
            let completion = later()
            answers.add {
                do throws(StoreError) {
                    guard case .now(let value) = try operation() else { return }
                    completion(.success(value))
                } catch {
                    completion(.failure(error))
                }
            }
        case .laterFailing(let error):
            let completion = later()
            answers.add { completion(.failure(error)) }
        case .never: _ = later()
        }
        return .later
    }
}

extension EventLogs {
    /// Logs in memory; with `answers` behind a ``TestStore``.
    package convenience init(
        testing policies: LogPolicies = LogPolicies(), maxWorkspaces: Int = 1000, clock: any LogClock,
        answers: TestAnswers? = nil, answerSeconds: Int = EventLogs.answerSeconds
    ) {
        let topics = LogTopics()
        let memory = MemoryStore(policies: policies, maxWorkspaces: maxWorkspaces, clock: clock, topics: topics)
        self.init(
            policies: policies,
            stores: [
                .memory: answers.map { TestStore(memory, answers: $0) } ?? memory,
                .disabled: DisabledStore(clock: clock),
            ], clock: clock, topics: topics, answerSeconds: answerSeconds)
    }
}
