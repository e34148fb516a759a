import ByteBuffers
import TestSupport
import Testing

@testable import ActivityLog

@Suite struct EventSegmentTests {
    @Test func droppingTheFirstEventsKeepsTheOthersAndTheirPlaces() {
        var segment = EventSegment(firstPosition: 4, capacity: 0)
        let nothing: [UInt8] = []
        for index in 0..<20 {
            let kind = Array("kind.\(index)".utf8)
            _ = segment.append(
                id: 5 + index, timestamp: EventTimestamp(micros: 7), steady: Int64(index), kind: kind.span,
                payload: nothing.span)
        }
        let before = segment.slice(from: 15, through: 23).bytes.text
        let held = segment.slice(from: 4, through: 5)
        segment.dropFirst(before: 15)
        let after = segment.slice(from: 15, through: 23).bytes.text
        #expect(after == before)
        #expect(segment.firstPosition == 15)
        #expect(segment.count == 9)
        #expect(segment.steady(at: 15) == 11)
        let lastBytes = segment.slice(from: 23, through: 23).bytes.count
        #expect(segment.byteCount(at: 23) == lastBytes - 1)
        // A reader that held the old block still sees it.
        #expect(held.firstID == 5)
        let kind = Array("more".utf8)
        _ = segment.append(
            id: 25, timestamp: EventTimestamp(micros: 7), steady: 30, kind: kind.span, payload: nothing.span)
        #expect(segment.slice(from: 24, through: 24).firstID == 25)
    }
}
