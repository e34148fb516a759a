import ActivityLog
import ByteBuffers
import Synchronization
import TestSupport
import Testing

/// What the logs of a process add to their stores: which store has a workspace, batches over several, and deadlines.
@Suite struct EventLogsTests {
    let clock = ManualClock()
    let answers = TestAnswers(.now)
    let others = TestAnswers(.now)

    /// `m-*` in memory, `d-*` disabled, the rest in a store that can fail; `o-*` in another such one.
    private func makeLogs(answerSeconds: Int = 10, maxWorkspaces: Int = 100) throws -> EventLogs {
        func rule(_ pattern: String, _ kind: BackendKind) throws -> LogPolicies.Rule {
            .init(pattern: try #require(WorkspacePattern(pattern)), policy: LogPolicy(backend: kind))
        }
        let policies = LogPolicies(
            fallback: LogPolicy(backend: .sqlite),
            rules: [
                try rule("m-*", .memory), try rule("d-*", .disabled), try rule("o-*", .redis),
            ])
        let topics = LogTopics()
        func memory() -> MemoryStore {
            MemoryStore(policies: policies, maxWorkspaces: maxWorkspaces, clock: clock, topics: topics)
        }
        return EventLogs(
            policies: policies,
            stores: [
                .memory: memory(), .disabled: DisabledStore(clock: clock),
                .sqlite: TestStore(memory(), answers: answers),
                .redis: TestStore(memory(), answers: others),
            ], clock: clock, topics: topics, answerSeconds: answerSeconds)
    }

    private let failure = StoreError.unavailable(reason: "the disk is full")

    @Test func eachWorkspaceIsInTheStoreOfItsPolicy() throws {
        let logs = try makeLogs()
        for id in ["m-a", "d-a", "x", "o-a"] { try StoreLog(logs, id).append("k") }
        #expect(answers.asked == 1 && others.asked == 1)
        #expect(try StoreLog(logs, "m-a").page().ids == [1])
        #expect(try StoreLog(logs, "d-a").page().ids == [])
        #expect(try logs.list() == ["m-a", "o-a", "x"])
    }

    @Test(arguments: [TestAnswers.Fate.now, .later])
    func aBatchOverStoresOfWhichOneCanFailIsAppliedWhole(fate: TestAnswers.Fate) throws {
        let logs = try makeLogs()
        answers.fate = fate
        answers.deliversByItself = true
        let receipts = try logs.append([
            ("m-a", [TestEvent("a"), TestEvent("b")]), ("x", [TestEvent("c")]), ("d-a", [TestEvent("d")]),
            ("m-b", [TestEvent("e")]),
        ])
        #expect(receipts.map(\.count) == [2, 1, 1, 1])
        #expect(receipts.map(\.firstID) == [1, 1, 1, 1])
        #expect(try StoreLog(logs, "m-a").page().ids == [1, 2])
        #expect(try StoreLog(logs, "x").page().ids == [1])
        #expect(try StoreLog(logs, "m-b").page().ids == [1])
    }

    @Test func aBatchOverStoresOfWhichOneFailsIsRefusedWhole() throws {
        let logs = try makeLogs(maxWorkspaces: 2)
        answers.deliversByItself = true
        let batch = [("m-a", [TestEvent("a")]), ("x", [TestEvent("c")]), ("m-b", [TestEvent("e")])]
        for fate in [TestAnswers.Fate.throwing(failure), .laterFailing(failure)] {
            answers.fate = fate
            #expect(throws: failure) { try logs.append(batch) }
            answers.fate = .now
            #expect(try logs.list().isEmpty)
        }
        // A place that was reserved is free again.
        for id in ["m-c", "m-d"] { try StoreLog(logs, id).append("k") }
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try logs.append(batch) }
        #expect(try StoreLog(logs, "x").description() == nil)
    }

    @Test func aBatchOverTwoStoresThatCanFailIsRefused() throws {
        let logs = try makeLogs()
        #expect(throws: StoreError.batchSpansStores) {
            try logs.append([("x", [TestEvent("a")]), ("o-a", [TestEvent("b")]), ("m-a", [TestEvent("c")])])
        }
        #expect(try logs.list().isEmpty)
    }

    @Test func aListOfStoresOfWhichOneFailsIsAnError() throws {
        let logs = try makeLogs()
        try StoreLog(logs, "m-a").append("k")
        answers.fate = .throwing(failure)
        #expect(throws: failure) { try logs.list() }
        answers.fate = .later
        answers.deliversByItself = true
        #expect(try logs.list() == ["m-a"])
    }

    // MARK: Deadlines

    @Test func anAnswerThatDoesNotComeIsToldInTimeAndOnce() throws {
        let logs = try makeLogs(answerSeconds: 10)
        let told = Told()
        let id = Array("x".utf8)
        func ask() throws {
            let answer = try logs.query(EventQuery(), of: id.span) { { told.note($0) } }
            guard case .later = answer else { return #expect(Bool(false), "answered at once") }
        }
        try StoreLog(logs, "x").append("k")
        answers.fate = .later
        try ask()
        clock.advance(seconds: 5)
        answers.fate = .never
        try ask()
        #expect(logs.awaitsAnswers)
        clock.advance(seconds: 4.9)
        logs.expireAnswers()
        #expect(told.all == [])
        clock.advance(seconds: 0.2)
        logs.expireAnswers()
        #expect(told.all == ["timedOut(seconds: 10)"])
        // It comes after all: too late, and nobody hears of it twice.
        answers.deliver()
        clock.advance(seconds: 10)
        logs.expireAnswers()
        #expect(told.all == ["timedOut(seconds: 10)", "timedOut(seconds: 10)"])
        #expect(!logs.awaitsAnswers)
    }

    @Test func aLateSuccessAfterTheDeadlineIsWholeAndAnnounced() throws {
        let logs = try makeLogs(answerSeconds: 1)
        let follower = Announcements()
        let followed = Array("x".utf8)
        logs.topics.subscribe(follower, to: followed.span)
        answers.fate = .later
        let told = Told()
        _ = try withBatches(of: [("m-a", [TestEvent("a")]), ("x", [TestEvent("b")])]) { batches in
            try logs.append(batches) { { told.note($0) } }
        }
        clock.advance(seconds: 2)
        logs.expireAnswers()
        #expect(told.all == ["timedOut(seconds: 1)"])
        #expect(follower.count == 0)
        answers.deliver()
        answers.fate = .now
        #expect(try StoreLog(logs, "x").page().ids == [1])
        #expect(try StoreLog(logs, "m-a").page().ids == [1])
        #expect(follower.count == 1)
        #expect(told.all.count == 1)
    }

    @Test func answersThatComeLeaveNothingBehind() throws {
        let logs = try makeLogs()
        answers.fate = .later
        answers.deliversByItself = true
        for _ in 0..<500 { _ = try StoreLog(logs, "x").page() }
        #expect(!logs.awaitsAnswers)
    }
}

private final class Announcements: LogSubscriber {
    private let told = Atomic(0)
    var count: Int { told.load(ordering: .relaxed) }
    func logChanged() { told.add(1, ordering: .relaxed) }
}

/// What completions were given.
private final class Told: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }

    func note<Value>(_ result: Result<Value, StoreError>) {
        let text =
            switch result {
            case .success: "an answer"
            case .failure(let error): "\(error)"
            }
        list.withLock { $0.append(text) }
    }
}
