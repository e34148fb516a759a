import ActivityLog
import ByteBuffers
import TestSupport
import Testing

// What a store promises beyond one log: several workspaces, batches over them, descriptions and lists.

extension StoreConformanceTests {
    func makeStore(_ kind: TestedStore, bounds: LogBounds = LogBounds(), maxWorkspaces: Int = 1000) -> any EventStore {
        kind.make(LogPolicies(fallback: LogPolicy(bounds: bounds)), maxWorkspaces: maxWorkspaces, clock: clock)
    }

    @Test(arguments: everyKind) func aBatchOverSeveralWorkspacesHasAReceiptForEachInItsOrder(kind: TestedStore) throws {
        let store = makeStore(kind)
        let receipts = try store.append([
            ("b", [TestEvent("x"), TestEvent("y")]), ("a", [TestEvent("z")]), ("c", [TestEvent("x"), TestEvent("x")]),
        ])
        #expect(receipts.map(\.count) == [2, 1, 2])
    }

    @Test(arguments: retainingKinds) func aBatchOverSeveralWorkspacesAppendsToEachUnderItsOwnIds(
        kind: TestedStore
    ) throws {
        let store = makeStore(kind)
        try StoreLog(store, "a").append("before")
        let receipts = try store.append([("b", [TestEvent("x"), TestEvent("y")]), ("a", [TestEvent("z")])])
        #expect(receipts.map(\.firstID) == [1, 2])
        #expect(try StoreLog(store, "a").page().ids == [1, 2])
        #expect(try StoreLog(store, "b").page().events.map { $0.contains("\"kind\":\"y\"") } == [false, true])
        #expect(receipts[0].epoch != receipts[1].epoch)
    }

    @Test(arguments: retainingKinds) func aBatchWithOneWorkspaceTooManyIsRefusedWholeAndLeavesNothing(
        kind: TestedStore
    ) throws {
        let store = makeStore(kind, maxWorkspaces: 2)
        try StoreLog(store, "a").append("x")
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) {
            try store.append([("a", [TestEvent("x")]), ("b", [TestEvent("x")]), ("c", [TestEvent("x")])])
        }
        #expect(try StoreLog(store, "a").page().ids == [1])
        #expect(try store.list() == ["a"])
        #expect(try store.append([("a", [TestEvent("x")]), ("b", [TestEvent("x")])]).map(\.firstID) == [2, 1])
        #expect(throws: StoreError.tooManyWorkspaces(limit: 2)) { try StoreLog(store, "c").append("x") }
    }

    @Test(arguments: everyKind) func aWorkspaceWithoutALogReadsAsAnEmptyOneAndIsNotMadeByReading(
        kind: TestedStore
    ) throws {
        let log = StoreLog(makeStore(kind), "nobody")
        #expect(try log.page().events.isEmpty)
        #expect(try log.description() == nil)
        try log.clear()
        #expect(try log.store.list().isEmpty)
    }

    @Test(arguments: retainingKinds) func aCursorIntoAWorkspaceWithoutALogIsAReset(kind: TestedStore) throws {
        let log = StoreLog(makeStore(kind), "nobody")
        #expect(try log.page(EventQuery(after: .id(0))).reset == nil)
        #expect(try log.page(EventQuery(after: .id(7))).reset == .cursorAhead)
        #expect(try log.page(EventQuery(after: .token(.random(), 7))).reset == .epochChanged)
        #expect(try log.page().version == .unknown)
    }

    @Test(arguments: retainingKinds) func aListIsAscendingByIdAndCutByPrefixAfterAndLimit(kind: TestedStore) throws {
        let store = makeStore(kind)
        for id in ["team-b", "z", "team-a", "team-c", "a"] { try StoreLog(store, id).append("x") }
        func bytes(_ text: String) -> OwnedBytes { OwnedBytes(Array(text.utf8).span) }
        #expect(try store.list() == ["a", "team-a", "team-b", "team-c", "z"])
        #expect(try store.list(LogListing(prefix: bytes("team-"))) == ["team-a", "team-b", "team-c"])
        #expect(try store.list(LogListing(after: bytes("team-a"), limit: 2)) == ["team-b", "team-c"])
        #expect(try store.list(LogListing(prefix: bytes("team-"), after: bytes("team-c"))).isEmpty)
        #expect(try store.list(LogListing(limit: 0)).isEmpty)
    }

    @Test(arguments: retainingKinds) func aClearedLogKeepsItsDescriptionWithoutEvents(kind: TestedStore) throws {
        let log = StoreLog(makeStore(kind))
        try log.append([TestEvent("a"), TestEvent("b")])
        let before = try #require(try log.description())
        try log.clear()
        let after = try #require(try log.description())
        #expect(after.count == 0 && after.bytes == 0)
        #expect(after.version.epoch == before.version.epoch)
        #expect(after.version.latest == 2 && after.version.oldest == 3)
        #expect(after.lastAppend == before.lastAppend)
    }

    @Test(arguments: retainingKinds) func aBoundOnBytesCutsAPageButForItsFirstEvent(kind: TestedStore) throws {
        let log = StoreLog(makeStore(kind))
        for _ in 0..<8 { try log.append("a") }  // 64 bytes each, and a comma
        let page = try log.page(EventQuery(after: .id(1), maxBytes: 200))
        #expect(page.ids == [2, 3, 4])
        #expect(page.hasMore && page.next == 4)
        #expect(try log.page(EventQuery(limit: 2, maxBytes: 10_000)).ids == [1, 2])
        #expect(try log.page(EventQuery(maxBytes: 1)).ids == [1])
        #expect(try log.page(EventQuery(maxBytes: 200, newestFirst: true)).ids == [8, 7, 6])
        #expect(try log.page(EventQuery(before: 5, maxBytes: 130)).ids == [3, 4])
        #expect(try log.page(EventQuery(maxBytes: 130, kinds: KindFilter("a"))).ids == [1, 2])
        #expect(!(try log.page(EventQuery(maxBytes: 520)).hasMore))
    }

    @Test(arguments: retainingKinds) func aFilterThatMayLookAtFewEventsSaysWhereItWentOff(kind: TestedStore) throws {
        let log = StoreLog(makeStore(kind))
        for id in 1...20 { try log.append(id == 13 ? "wanted" : "other") }
        let wanted = KindFilter("wanted")
        var page = try log.page(EventQuery(limit: 5, mostScanned: 8, kinds: wanted))
        #expect(page.events.isEmpty && page.hasMore && page.unread == 8)
        page.join(
            try log.page(EventQuery(after: .id(8), limit: 5, mostScanned: 8, kinds: wanted)), backwards: false)
        #expect(page.ids == [13] && page.unread == 16)
        page.join(
            try log.page(EventQuery(after: .id(16), limit: 4, mostScanned: 8, kinds: wanted)), backwards: false)
        #expect(page.ids == [13] && page.unread == nil && !page.hasMore && page.next == 20)
        let newest = try log.page(EventQuery(limit: 5, mostScanned: 4, newestFirst: true, kinds: wanted))
        #expect(newest.events.isEmpty && newest.unread == 17)
    }
}
