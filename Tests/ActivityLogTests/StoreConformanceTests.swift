import ActivityLog
import TestSupport
import Testing

/// The contract of ``EventStore``, for every kind: a new kind is covered as soon as it is a case.
@Suite struct StoreConformanceTests {
    static let everyKind = TestedStore.allCases
    static let retainingKinds = TestedStore.allCases.filter { $0 != .disabled }

    let clock = ManualClock()

    func makeLog(_ kind: TestedStore, bounds: LogBounds = LogBounds()) -> StoreLog {
        StoreLog(kind.make(LogPolicies(fallback: LogPolicy(bounds: bounds)), clock: clock))
    }

    // MARK: Every kind

    @Test(arguments: everyKind) func idsAreContiguousFromOneOverSingleAppendsAndBatches(kind: TestedStore) throws {
        let log = makeLog(kind)
        #expect(try log.append("a").firstID == 1)
        #expect(try log.append([TestEvent("b"), TestEvent("c"), TestEvent("d")]).firstID == 2)
        #expect(try log.append("e").firstID == 5)
        #expect(try log.page(EventQuery(limit: 0)).version.latest == 5)
    }

    @Test(arguments: everyKind) func aReceiptCarriesTheEpochTheCountAndTheTimeOfTheAppend(kind: TestedStore) throws {
        let log = makeLog(kind)
        let receipt = try log.append([TestEvent("a"), TestEvent("b")])
        #expect(receipt.count == 2)
        #expect(receipt.timestamp == clock.wall)
        #expect(receipt.epoch == (try log.page(EventQuery(limit: 0)).version.epoch))
    }

    @Test(arguments: everyKind) func timestampsNeverDecreaseWhenTheWallClockStepsBack(kind: TestedStore) throws {
        let log = makeLog(kind)
        let before = try log.append("a").timestamp
        clock.stepWall(seconds: -59)
        #expect(try log.append("b").timestamp == before)
        clock.stepWall(seconds: 3659)
        #expect(try log.append("c").timestamp == before + 3_600_000_000)
    }

    @Test(arguments: everyKind) func aCursorAtTheTipReadsNothingAndLosesNothing(kind: TestedStore) throws {
        let log = makeLog(kind)
        try log.append([TestEvent("a"), TestEvent("b")])
        let page = try log.page(EventQuery(after: .id(2)))
        #expect(page.events.isEmpty)
        #expect(page.missed == 0)
        #expect(page.reset == nil)
        #expect(page.next == 2)
    }

    @Test(arguments: everyKind) func aKnownVersionIsAnsweredAsUnchangedUntilTheNextAppend(kind: TestedStore) throws {
        let log = makeLog(kind)
        try log.append("a")
        let version = try log.page().version
        #expect(try log.page(EventQuery(known: version)).isUnchanged)
        try log.append("b")
        #expect(try !log.page(EventQuery(known: version)).isUnchanged)
    }

    @Test(arguments: everyKind) func clearKeepsTheIdCounterAndTheEpoch(kind: TestedStore) throws {
        let log = makeLog(kind)
        let epoch = try log.append([TestEvent("a"), TestEvent("b")]).epoch
        try log.clear()
        #expect(try log.page().events.isEmpty)
        let receipt = try log.append("c")
        #expect(receipt.firstID == 3)
        #expect(receipt.epoch == epoch)
    }

    @Test(arguments: everyKind) func twoLogsHaveDifferentEpochs(kind: TestedStore) throws {
        #expect(try makeLog(kind).append("a").epoch != makeLog(kind).append("a").epoch)
    }

    @Test(arguments: everyKind) func eightWritersGetUniqueContiguousIds(kind: TestedStore) async throws {
        let log = makeLog(kind)
        let ids = try await withThrowingTaskGroup(of: [Int].self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var ids: [Int] = []
                    for index in 0..<200 {
                        let receipt = try log.append(
                            (0...(index % 3)).map { TestEvent("w\(writer)", "{\"i\":\($0)}") })
                        ids += receipt.firstID..<(receipt.firstID + receipt.count)
                        _ = try log.page(EventQuery(after: .id(max(receipt.firstID - 2, 0)), limit: 5))
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(ids.sorted() == Array(1...ids.count))
    }

    // MARK: Kinds that retain

    @Test(arguments: retainingKinds) func anEventComesBackInItsExactWireForm(kind: TestedStore) throws {
        let log = makeLog(kind)
        try log.append("tool.invoked", #"{"z":1,"a":123456789012345678901234567890,"f":1.10,"s":"\u00e9"}"#)
        try log.append("note")
        #expect(
            try log.page().events == [
                #"{"id":1,"timestamp":1714217775.123456,"kind":"tool.invoked","payload":{"z":1,"a":123456789012345678901234567890,"f":1.10,"s":"\u00e9"}}"#,
                #"{"id":2,"timestamp":1714217775.123456,"kind":"note","payload":{}}"#,
            ])
    }

    @Test(arguments: retainingKinds) func aPageHoldsAtMostTheLimitAndSaysThatThereIsMore(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<5 { try log.append("a") }
        let page = try log.page(EventQuery(after: .id(1), limit: 2))
        #expect(page.ids == [2, 3])
        #expect(page.hasMore)
        #expect(page.next == 3)
        let rest = try log.page(EventQuery(after: .id(page.next), limit: 2))
        #expect(rest.ids == [4, 5])
        #expect(!rest.hasMore)
    }

    @Test(arguments: retainingKinds) func aLimitOfZeroIsAProbe(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<3 { try log.append("a") }
        let page = try log.page(EventQuery(after: .id(1), limit: 0))
        #expect(page.events.isEmpty)
        #expect(page.hasMore)
        #expect(page.next == 1)
        #expect(page.version.latest == 3)
    }

    @Test(arguments: retainingKinds) func aBoundOnCountEvictsTheOldest(kind: TestedStore) throws {
        let log = makeLog(kind, bounds: LogBounds(maxEntries: 3))
        for _ in 0..<10 { try log.append("a") }
        #expect(try log.page().ids == [8, 9, 10])
    }

    @Test(arguments: retainingKinds) func aBoundOnBytesEvictsTheOldestButNeverTheNewest(kind: TestedStore) throws {
        let log = makeLog(kind, bounds: LogBounds(maxBytes: 200))
        for _ in 0..<10 { try log.append("a") }  // 64 bytes each
        #expect(try log.description()?.bytes ?? 0 <= 200)
        #expect(try log.page().ids == [8, 9, 10])
        try log.append("big", "{\"t\":\"\(String(repeating: "x", count: 500))\"}")
        #expect(try log.page().ids == [11])
    }

    @Test(arguments: retainingKinds) func anEventIsEvictedWhenItsAgeReachesTheTTLWithoutAnyWriter(
        kind: TestedStore
    ) throws {
        let log = makeLog(kind, bounds: LogBounds(ttlSeconds: 10))
        try log.append("a")
        clock.advance(seconds: 5)
        try log.append("b")
        clock.advance(seconds: 4.999)
        #expect(try log.page().ids == [1, 2])
        clock.advance(seconds: 0.001)
        #expect(try log.page().ids == [2])
        clock.advance(seconds: 5)
        #expect(try log.page().ids == [])
        #expect(try log.description()?.bytes ?? 0 == 0)
    }

    @Test(arguments: retainingKinds, [-86_400.0, 86_400.0 * 365]) func aStepOfTheWallClockNeitherLosesNorKeepsEvents(
        kind: TestedStore, step: Double
    ) throws {
        let log = makeLog(kind, bounds: LogBounds(ttlSeconds: 10))
        try log.append("a")
        clock.stepWall(seconds: step)
        try log.append("b")
        #expect(try log.page().ids == [1, 2])
        clock.stepWall(seconds: -step)
        clock.advance(seconds: 10)
        #expect(try log.page().ids == [])
    }

    @Test(arguments: retainingKinds) func aReaderBehindTheOldestIsToldExactlyWhatItMissed(kind: TestedStore) throws {
        let log = makeLog(kind, bounds: LogBounds(maxEntries: 4))
        for _ in 0..<10 { try log.append("a") }
        let page = try log.page(EventQuery(after: .id(2)))
        #expect(page.ids == [7, 8, 9, 10])
        #expect(page.missed == 4)  // 3, 4, 5, 6
        #expect(try log.page(EventQuery(after: .id(6))).missed == 0)
        #expect(try log.page().missed == 0)
    }

    @Test(arguments: retainingKinds) func clearedEventsCountAsMissed(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<5 { try log.append("a") }
        try log.clear()
        #expect(try log.page(EventQuery(after: .id(2))).missed == 3)
        try log.append("b")
        let page = try log.page(EventQuery(after: .id(2)))
        #expect(page.missed == 3)
        #expect(page.ids == [6])
    }

    @Test(arguments: retainingKinds) func aTokenOfAnotherEpochReadsFromTheOldest(kind: TestedStore) throws {
        let log = makeLog(kind, bounds: LogBounds(maxEntries: 2))
        for _ in 0..<3 { try log.append("a") }
        let page = try log.page(EventQuery(after: .token(.random(), 3)))
        #expect(page.reset == .epochChanged)
        #expect(page.ids == [2, 3])
        #expect(page.missed == 0)
    }

    @Test(arguments: retainingKinds) func aTokenOfThisEpochReadsLikeItsId(kind: TestedStore) throws {
        let log = makeLog(kind)
        let epoch = try log.append([TestEvent("a"), TestEvent("b"), TestEvent("c")]).epoch
        let page = try log.page(EventQuery(after: .token(epoch, 1)))
        #expect(page.ids == [2, 3])
        #expect(page.reset == nil)
    }

    @Test(arguments: retainingKinds) func anIdBeyondTheTipIsAResetThatLeadsToTheOldest(kind: TestedStore) throws {
        let log = makeLog(kind, bounds: LogBounds(maxEntries: 2))
        for _ in 0..<3 { try log.append("a") }
        let page = try log.page(EventQuery(after: .id(99)))
        #expect(page.reset == .cursorAhead)
        #expect(page.events.isEmpty)
        #expect(page.next == 1)
    }

    @Test(arguments: retainingKinds) func beforeReadsBackwardsInPages(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<7 { try log.append("a") }
        let newest = try log.page(EventQuery(before: 8, limit: 3))
        #expect(newest.ids == [5, 6, 7])
        #expect(newest.hasMore)
        let oldest = try log.page(EventQuery(before: 5, limit: 9))
        #expect(oldest.ids == [1, 2, 3, 4])
        #expect(!oldest.hasMore)
        #expect(try log.page(EventQuery(after: .id(2), before: 6, limit: 2)).ids == [3, 4])
        #expect(try log.page(EventQuery(before: 1)).ids == [])
        #expect(try log.page(EventQuery(before: 0)).ids == [])
    }

    @Test(arguments: retainingKinds) func newestFirstReturnsTheNewestInDescendingOrder(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<5 { try log.append("a") }
        let page = try log.page(EventQuery(limit: 2, newestFirst: true))
        #expect(page.ids == [5, 4])
        #expect(page.hasMore)
        #expect(page.next == 5)
        #expect(try log.page(EventQuery(after: .id(3), newestFirst: true)).ids == [5, 4])
    }

    @Test(arguments: retainingKinds) func aMaximumAgeLeavesOlderEventsOut(kind: TestedStore) throws {
        let log = makeLog(kind)
        for _ in 0..<5 {
            try log.append("a")
            clock.advance(seconds: 10)
        }
        #expect(try log.page(EventQuery(maxAge: 25_000_000)).ids == [4, 5])
        #expect(try log.page(EventQuery(maxAge: 20_000_000)).ids == [4, 5])
        #expect(try log.page(EventQuery(maxAge: 1_000_000)).ids == [])
    }

    @Test(arguments: retainingKinds) func aKindFilterCountsTowardsTheLimitAndMovesTheCursorPastTheRest(
        kind: TestedStore
    ) throws {
        let log = makeLog(kind)
        for name in ["tool.a", "note", "tool.b", "note", "toolbox", "tool.c", "note"] { try log.append(name) }
        let tools = KindFilter("tool.*")
        let page = try log.page(EventQuery(limit: 2, kinds: tools))
        #expect(page.ids == [1, 3])
        #expect(page.hasMore)
        #expect(page.next == 5)
        let rest = try log.page(EventQuery(after: .id(page.next), limit: 2, kinds: tools))
        #expect(rest.ids == [6])
        #expect(!rest.hasMore)
        #expect(rest.next == 7)
        #expect(try log.page(EventQuery(limit: 2, newestFirst: true, kinds: tools)).ids == [6, 3])
    }

    @Test(arguments: retainingKinds) func statsCountEventsAndBytes(kind: TestedStore) throws {
        let log = makeLog(kind)
        #expect(try log.description() == nil)
        try log.append([TestEvent("a"), TestEvent("b", #"{"x":1}"#)])
        let stats = try #require(try log.description())
        #expect(stats.count == 2)
        #expect(stats.bytes == (try log.page().events.reduce(0) { $0 + $1.utf8.count }))
        #expect(stats.lastAppend == clock.wall)
        #expect(stats.version.oldest == 1)
    }
}
