import ByteBuffers
import Synchronization
import TestSupport
import Testing

@testable import ActivityLog

/// Which workspaces give way to new ones when there are as many as there may be.
@Suite struct WorkspacePlacesTests {
    let clock = ManualClock()
    let topics = LogTopics()

    /// Collects what the store tells.
    private final class Notices: Sendable {
        private let list = Mutex<[StoreNotice]>([])
        func add(_ notice: StoreNotice) { list.withLock { $0.append(notice) } }
        var all: [StoreNotice] { list.withLock { $0 } }
    }

    private func makeStore(
        _ limit: Int, ttlSeconds: Int = 60, named: String? = nil,
        notify: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) -> MemoryStore {
        let policy = LogPolicy(bounds: LogBounds(ttlSeconds: ttlSeconds))
        let rules = named.flatMap(WorkspacePattern.init).map { [LogPolicies.Rule(pattern: $0, policy: policy)] } ?? []
        return MemoryStore(
            policies: LogPolicies(fallback: policy, rules: rules), maxWorkspaces: limit, clock: clock, topics: topics,
            notify: notify)
    }

    private func fill(_ store: MemoryStore, _ ids: Range<Int>) throws {
        for id in ids { try StoreLog(store, "w\(id)").append("x") }
    }

    @Test func theEmptyWorkspaceThatIsLongestUnusedGivesWay() throws {
        let store = makeStore(3)
        for id in 0..<3 {
            try fill(store, id..<(id + 1))
            clock.advance(seconds: 1)
        }
        clock.advance(seconds: 60)
        try StoreLog(store, "new").append("x")
        #expect(try store.list() == ["new", "w1", "w2"])
        // Reading is using.
        _ = try StoreLog(store, "w1").page()
        clock.advance(seconds: 59)
        try StoreLog(store, "newer").append("x")
        #expect(try store.list() == ["new", "newer", "w1"])
    }

    @Test func aWorkspaceWithEventsOrUsedLatelyDoesNotGiveWay() throws {
        let store = makeStore(2)
        try fill(store, 0..<2)
        clock.advance(seconds: 59)
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try StoreLog(store, "new").append("x") }
        try StoreLog(store, "w0").clear()
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try StoreLog(store, "new").append("x") }
        clock.advance(seconds: 62)
        try StoreLog(store, "new").append("x")
    }

    @Test func afterTenMinutesWithoutUseAClearedWorkspaceGivesWayWhateverItsTTL() throws {
        let store = makeStore(1, ttlSeconds: 86_400)
        try fill(store, 0..<1)
        try StoreLog(store, "w0").clear()
        clock.advance(seconds: 599)
        #expect(throws: StoreError.tooManyWorkspaces(limit: 1)) { try StoreLog(store, "new").append("x") }
        clock.advance(seconds: 2)
        try StoreLog(store, "new").append("x")
    }

    @Test func aWorkspaceThatIsFollowedOrNamedInTheConfigurationDoesNotGiveWay() throws {
        let store = makeStore(2, named: "w0")
        try fill(store, 0..<2)
        let follower = Follower()
        let id = Array("w1".utf8)
        topics.subscribe(follower, to: id.span)
        clock.advance(seconds: 3600)
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try StoreLog(store, "new").append("x") }
        topics.unsubscribe(follower, from: id.span)
        clock.advance(seconds: 1)
        try StoreLog(store, "new").append("x")
        #expect(try store.list() == ["new", "w0"])
    }

    @Test func aWorkspaceThatGaveWayGoesOnWhereItWas() throws {
        let store = makeStore(1)
        let log = StoreLog(store, "w0")
        let epoch = try log.append([TestEvent("a"), TestEvent("b")]).epoch
        clock.advance(seconds: 61)
        try StoreLog(store, "other").append("x")
        // Gone, and still known: a cursor is neither ahead nor foreign, and what was evicted is counted.
        let page = try log.page(EventQuery(after: .token(epoch, 1)))
        #expect(page.reset == nil && page.missed == 1 && page.version.latest == 2)
        #expect(try log.description() == nil)
        clock.advance(seconds: 61)
        let receipt = try log.append("c")
        #expect(receipt.firstID == 3 && receipt.epoch == epoch)
    }

    @Test func aNewEpochBeginsOnlyWhenTheTombstoneIsForgotten() throws {
        let store = makeStore(2)
        let epochs = try (0..<2).map { try StoreLog(store, "w\($0)").append("x").epoch }
        // As many tombstones as workspaces: each pair buries the one before it.
        for round in 1...2 {
            clock.advance(seconds: 61)
            try fill(store, (10 * round)..<(10 * round + 2))
        }
        clock.advance(seconds: 61)
        let receipt = try StoreLog(store, "w0").append("x")
        #expect(receipt.firstID == 1 && receipt.epoch != epochs[0])
        // Of the later ones it is known.
        clock.advance(seconds: 61)
        #expect(try StoreLog(store, "w20").append("x").firstID == 2)
    }

    @Test func aHundredThousandNewWorkspacesInOneBatchKeepNobodyOutForEver() throws {
        let notices = Notices()
        let store = makeStore(5000, notify: { notices.add($0) })
        #expect(try store.append((0..<5000).map { ("w\($0)", [TestEvent("x")]) }).count == 5000)
        #expect(notices.all == [.workspacesNearlyFull(count: 5000, limit: 5000)])
        for _ in 0..<3 {
            #expect(throws: StoreError.tooManyWorkspaces(limit: 5000)) { try StoreLog(store, "new").append("x") }
        }
        #expect(notices.all.last == .workspacesFull(limit: 5000) && notices.all.count == 2)
        clock.advance(seconds: 61)
        #expect(try store.append((0..<5000).map { ("v\($0)", [TestEvent("x")]) }).count == 5000)
        #expect(try store.list().count == 5000)
    }

    @Test func twoBatchesOfTheSameNewWorkspacesAtOnceBothSucceed() async throws {
        for _ in 0..<4 {
            let store = makeStore(400)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { _ = try store.append((0..<400).map { ("w\($0)", [TestEvent("x")]) }) }
                }
                try await group.waitForAll()
            }
            #expect(try store.list().count == 400)
            #expect(try StoreLog(store, "w7").page().ids == [1, 2, 3, 4])
        }
    }

    @Test func appendsThatRaceWithGivingWayLoseNothingAndUseNoIdTwice() async throws {
        let store = makeStore(8, ttlSeconds: 1)
        let clock = clock
        let ids = Given()
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(writer))
                    for _ in 0..<2000 {
                        let workspace = "w\(random.next() % 16)"
                        guard let receipt = try? StoreLog(store, workspace).append("x") else { continue }
                        ids.add(receipt.firstID, to: workspace)
                    }
                }
            }
            group.addTask { for _ in 0..<400 { clock.advance(seconds: 0.7) } }
        }
        for (workspace, given) in ids.all {
            #expect(given.sorted() == Array(1...given.count), "\(workspace)")
        }
    }

    @Test func aCancelledReservationLeavesNothing() throws {
        let store = makeStore(2)
        try StoreLog(store, "a").append("x")
        let reservation = try withBatches(of: [("a", [TestEvent("x")]), ("b", [TestEvent("y")])]) {
            try store.reserve($0)
        }
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try StoreLog(store, "c").append("x") }
        try #require(reservation).cancel()
        #expect(try store.list() == ["a"])
        #expect(try StoreLog(store, "a").page().ids == [1])
        try StoreLog(store, "c").append("x")
    }

    @Test func aPinnedWorkspaceStaysUntilItsReservationIsApplied() throws {
        let store = makeStore(1)
        try StoreLog(store, "a").append("x")
        let reservation = try #require(try withBatches(of: [("a", [TestEvent("y")])]) { try store.reserve($0) })
        clock.advance(seconds: 3600)
        #expect(throws: StoreError.tooManyWorkspaces(limit: 1)) { try StoreLog(store, "b").append("x") }
        #expect(reservation.apply().map(\.firstID) == [2])
    }
}

/// Notes nothing; only its being there counts.
private final class Follower: LogSubscriber {
    func logChanged() {}
}

/// The ids that appends were given, by workspace.
private final class Given: Sendable {
    private let ids = Mutex<[String: [Int]]>([:])
    var all: [String: [Int]] { ids.withLock { $0 } }
    func add(_ id: Int, to workspace: String) { ids.withLock { $0[workspace, default: []].append(id) } }
}
