import ByteBuffers
import TestSupport
import Testing

@testable import ActivityLog

@Suite struct EventSegmentTests {
    let memory = EventMemory()

    private func append(
        _ id: Int, kind: String, payload: String = "", to segment: inout EventSegment, mostBytes: Int = 64 << 10
    ) -> EventSegment.Appending {
        let (kind, payload) = (Array(kind.utf8), Array(payload.utf8))
        return segment.append(
            id: id, timestamp: EventTimestamp(micros: 7), steady: Int64(id), kind: kind.span, payload: payload.span,
            memory: memory, mostBytes: mostBytes)
    }

    @Test func droppingTheFirstEventsKeepsTheOthersAndTheirPlaces() throws {
        var segment = try #require(EventSegment(firstID: 5, capacity: 0, memory: memory))
        for index in 0..<20 { _ = append(5 + index, kind: "kind.\(index)", to: &segment) }
        let before = segment.slice(11..<20).bytes.text
        let held = segment.slice(0..<2)
        segment.dropFirst(11, memory: memory)
        let after = segment.slice(0..<9).bytes.text
        #expect(after == before)
        #expect(segment.firstID == 16)
        #expect(segment.count == 9)
        #expect(segment.steady(at: 0) == 16)
        let lastBytes = segment.slice(8..<9).bytes.count
        #expect(segment.byteCount(at: 8) == lastBytes - 1)
        // A reader that held the old block still sees it.
        #expect(held.firstID == 5)
        _ = append(25, kind: "more", to: &segment)
        #expect(segment.slice(9..<10).firstID == 25)
    }

    @Test func aSegmentIsFullByNumberOrByBytesAndTakesOneEventOfAnySize() throws {
        var small = try #require(EventSegment(firstID: 1, capacity: 0, memory: memory))
        for id in 1...256 { #expect(append(id, kind: "k", to: &small) != .full) }
        #expect(append(257, kind: "k", to: &small) == .full)
        let payload = "{\"t\":\"\(String(repeating: "x", count: 100_000))\"}"
        var large = try #require(EventSegment(firstID: 1, capacity: 0, memory: memory))
        #expect(append(1, kind: "k", payload: payload, to: &large) != .full)
        #expect(append(2, kind: "k", payload: payload, to: &large) == .full)
        #expect(large.block.capacity < 110_000)
    }
}
