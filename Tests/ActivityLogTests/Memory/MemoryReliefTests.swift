import ByteBuffers
import MemoryBudget
import TestSupport
import Testing

@testable import ActivityLog

/// What the memory store holds, and what it gives up when that is too much.
@Suite struct MemoryReliefTests {
    let clock = ManualClock()

    private func makeStore(_ limit: Int, bounds: LogBounds = LogBounds()) -> (MemoryStore, MemoryBudget) {
        let budget = MemoryBudget(limit: limit)
        let store = MemoryStore(
            policies: LogPolicies(fallback: LogPolicy(bounds: bounds)), maxWorkspaces: 10_000, clock: clock,
            topics: LogTopics(), memory: EventMemory(budget: budget))
        return (store, budget)
    }

    private func event(_ bytes: Int) -> TestEvent {
        TestEvent("k", "{\"t\":\"\(String(repeating: "x", count: bytes))\"}")
    }

    @Test func theLargestLogGivesUpItsOldestEventsFirst() throws {
        let (store, budget) = makeStore(8 << 20)
        for id in 0..<4 { try StoreLog(store, "small-\(id)").append((0..<100).map { _ in event(200) }) }
        let large = StoreLog(store, "large")
        for _ in 0..<300 { try large.append((0..<20).map { _ in event(3000) }) }
        #expect(budget.total <= (8 << 20) + (1 << 20))
        let page = try large.page(EventQuery(limit: 0))
        #expect(page.version.latest == 6000)
        #expect(page.version.oldest > 1)
        // It still holds most of what may be held.
        #expect(try #require(try large.description()).bytes > 5 << 20)
        for id in 0..<4 { #expect(try StoreLog(store, "small-\(id)").page().count == 100) }
        #expect(try large.page(EventQuery(after: .id(3), limit: 1)).missed == page.version.oldest - 4)
    }

    @Test func manyLogsStayWithinTheBoundTogether() throws {
        let (store, budget) = makeStore(16 << 20)
        for round in 0..<40 {
            for id in 0..<50 { try StoreLog(store, "w\(id)").append((0..<20).map { _ in event(500 + round) }) }
            #expect(budget.total <= (16 << 20) + (1 << 20))
        }
        for id in 0..<50 { #expect(try StoreLog(store, "w\(id)").page(EventQuery(limit: 0)).version.latest == 800) }
    }

    @Test func onlySmallLogsGiveUpTheirEventsToo() throws {
        let (store, budget) = makeStore(2 << 20)
        for id in 0..<4000 { try StoreLog(store, "w\(id)").append([event(600)]) }
        #expect(budget.total <= (2 << 20) + (1 << 20))
        #expect(try store.list().count == 4000)
    }

    @Test func aBatchThatCanNeverFitIsRefusedAndChangesNothing() throws {
        let (store, _) = makeStore(4 << 20)
        let log = StoreLog(store, "a")
        try log.append([event(100)])
        #expect(throws: StoreError.outOfMemory) { try log.append((0..<100).map { _ in event(100_000) }) }
        #expect(throws: StoreError.outOfMemory) {
            try store.append([("a", [event(10)]), ("b", (0..<100).map { _ in event(100_000) })])
        }
        #expect(try log.page(EventQuery(limit: 0)).version.latest == 1)
        #expect(try store.list() == ["a"])
        try log.append([event(100)])
    }

    @Test func whatOthersHoldIsMadeRoomForByEvents() throws {
        let (store, budget) = makeStore(8 << 20)
        let log = StoreLog(store, "a")
        for _ in 0..<100 { try log.append((0..<20).map { _ in event(3000) }) }
        #expect(budget.used(.events) > 5 << 20)
        #expect(budget.reserve(2 << 20, for: .bodies))
        #expect(budget.total <= 8 << 20)
        // No more than their share.
        #expect(!budget.reserve(1, for: .bodies))
        budget.release(2 << 20, for: .bodies)
        #expect(budget.reserve(1, for: .bodies))
    }

    @Test func anExpiredLogGivesEverythingBackWithoutAWriter() throws {
        let (store, budget) = makeStore(0, bounds: LogBounds(ttlSeconds: 8))
        for id in 0..<60 {
            for _ in 0..<10 { try StoreLog(store, "w\(id)").append((0..<200).map { _ in event(230) }) }
        }
        #expect(budget.total > 20 << 20)
        clock.advance(seconds: 8)
        store.expire()
        #expect(budget.total < 64 << 10)
    }

    @Test func aClearedLogGivesItsMemoryBack() throws {
        let (store, budget) = makeStore(0)
        let log = StoreLog(store, "a")
        for _ in 0..<20 { try log.append((0..<20).map { _ in event(60_000) }) }
        #expect(budget.total > 24_000_000)
        try log.clear()
        store.expire()
        #expect(budget.total < 64 << 10)
    }

    @Test(arguments: [60, 300, 3000, 33_000, 64_000, 200_000])
    func aLogAtItsBoundOfBytesTakesAtMostAQuarterMore(bytes: Int) throws {
        let (store, budget) = makeStore(0, bounds: LogBounds(maxEntries: 10_000_000, maxBytes: 8 << 20))
        let log = StoreLog(store, "a")
        let events = (0..<max(1, 300_000 / bytes)).map { _ in event(bytes) }
        for _ in 0..<80 { try log.append(events) }
        let held = try #require(try log.description()).bytes
        #expect(held > 7 << 20 && held <= 8 << 20)
        #expect(budget.total <= (8 << 20) * 5 / 4, "\(budget.total)")
    }

    @Test func aPageThatIsHeldKeepsItsEventsAndTheirMemoryIsCounted() throws {
        let (store, budget) = makeStore(0)
        let log = StoreLog(store, "a")
        try log.append((0..<20).map { _ in event(60_000) })
        var page: EventPage? = try log.page()
        try log.clear()
        store.expire()
        #expect(budget.used(.events) > 1_200_000)
        #expect(page?.events.count == 20)
        page = nil
        store.expire()
        #expect(budget.used(.events) < 64 << 10)
    }
}
