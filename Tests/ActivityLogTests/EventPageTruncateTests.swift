import ActivityLog
import TestSupport
import Testing

@Suite struct EventPageTruncateTests {
    /// 600 events: three segments.
    private func page(kinds: KindFilter? = nil) throws -> EventPage {
        let log = StoreLog(EventLogs(testing: LogPolicies(), clock: ManualClock()))
        try log.append((1...600).map { TestEvent($0.isMultiple(of: 3) ? "third" : "other") })
        return try log.page(EventQuery(kinds: kinds))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 511, 512, 599])
    func aCutPageHoldsTheFirstEventsAndLeadsToTheRest(most: Int) throws {
        var page = try page()
        page.truncate(to: most)
        #expect(page.ids == Array(1..<(most + 1)))
        #expect(page.count == most)
        #expect(page.next == most)
        #expect(page.hasMore)
    }

    @Test func aCutPageOfSomeKindsLeadsToTheNextOfThem() throws {
        var page = try page(kinds: KindFilter("third"))
        page.truncate(to: 2)
        #expect(page.ids == [3, 6])
        #expect(page.next == 8)
        page.truncate(to: 0)
        #expect(page.ids.isEmpty)
        #expect(page.next == 2)
    }

    @Test func aPageThatIsSmallEnoughStaysAsItIs() throws {
        var page = try page()
        page.truncate(to: 600)
        #expect(page.count == 600)
        #expect(!page.hasMore)
        #expect(page.next == 600)
    }
}
