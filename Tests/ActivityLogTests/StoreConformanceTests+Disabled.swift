import ActivityLog
import TestSupport
import Testing

extension StoreConformanceTests {
    @Test func aDisabledLogReadsEmptyAndReportsNoLossWhateverTheCursor() throws {
        let log = makeLog(.disabled)
        try log.append([TestEvent("a"), TestEvent("b")])
        for cursor: LogCursor? in [nil, .id(0), .id(99), .token(.random(), 7)] {
            let page = try log.page(EventQuery(after: cursor))
            #expect(page.events.isEmpty)
            #expect(page.missed == 0)
            #expect(page.reset == nil)
        }
        #expect(try log.description() == nil)
        #expect(try log.store.list().isEmpty)
    }
}
