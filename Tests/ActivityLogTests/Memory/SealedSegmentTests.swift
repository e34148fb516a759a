import ByteBuffers
import TestSupport
import Testing

@testable import ActivityLog

@Suite struct SealedSegmentTests {
    let memory = EventMemory()

    /// A full segment of varied events at uneven times, and its dense form.
    func makeSegment(firstID: Int = 513, count: Int = 256, seed: UInt64 = 7) throws -> (EventSegment, SealedSegment) {
        var random = SeededGenerator(seed: seed)
        var segment = try #require(EventSegment(firstID: firstID, capacity: 0, memory: memory))
        var wall: Int64 = 1_714_217_775_123_456
        var steady: Int64 = 77
        for index in 0..<count {
            let step = Int64.random(in: 0...3_000_000, using: &random)
            steady += step
            // The wall clock stands still now and then, runs ahead now and then, and once in a while steps back.
            wall += [step, 0, step + 90_000_000, -61_000_000].randomElement(using: &random) ?? step
            let kind = Array("kind.\(Int.random(in: 0..<9, using: &random))".utf8)
            let payload = Array((index % 5 == 0 ? "" : "{\"n\":\(index)}").utf8)
            _ = segment.append(
                id: firstID + index, timestamp: EventTimestamp(micros: wall), steady: steady, kind: kind.span,
                payload: payload.span, memory: memory)
        }
        return (segment, try #require(SealedSegment(segment, memory: memory)))
    }

    private func expanded(_ sealed: SealedSegment, _ range: Range<Int>) -> String {
        var slices = EventSlices()
        slices.append(.sealed(sealed, range))
        var bytes = ByteBuffer()
        slices.append(at: 0, to: &bytes)
        let text = bytes.span.text
        guard let copy = slices.expanded(at: 0) else { return "there is no memory" }
        let copied = copy.bytes.text
        #expect(copied == text)
        #expect(slices.byteCount(at: 0) == text.utf8.count)
        return text
    }

    @Test(arguments: [256, 255, 224, 56, 1]) func everyRangeExpandsToTheBytesThatWereSealed(count: Int) throws {
        let (segment, sealed) = try makeSegment(count: count)
        for first in stride(from: 0, to: count, by: 13) {
            for end in stride(from: first + 1, through: count, by: 29) {
                let expected = segment.slice(first..<end).bytes.text
                #expect(expanded(sealed, first..<end) == expected)
            }
        }
    }

    @Test func ageAndSizeOfEachEventAreThoseOfTheWireForm() throws {
        let (segment, sealed) = try makeSegment()
        let index = sealed.index()
        #expect(index.count == segment.count)
        for place in 0..<256 {
            #expect(index[place].steady == segment.steady(at: place))
            #expect(index[place].byteCount == segment.byteCount(at: place))
            #expect(sealed.steady(at: place) == segment.steady(at: place))
        }
        #expect(sealed.byteCount == segment.byteCount)
    }

    @Test func aDenseFormTakesLessThanHalfTheMemory() throws {
        let (segment, sealed) = try makeSegment()
        #expect(sealed.residentBytes * 2 < segment.block.capacity)
    }

    @Test func whatGainsNothingIsNotSealed() throws {
        var segment = try #require(EventSegment(firstID: 1, capacity: 0, memory: memory))
        let kind = Array("k".utf8)
        let payload = Array("{\"t\":\"\(String(repeating: "x", count: 9000))\"}".utf8)
        for id in 1...6 {
            _ = segment.append(
                id: id, timestamp: EventTimestamp(micros: 1), steady: 1, kind: kind.span, payload: payload.span,
                memory: memory)
        }
        #expect(SealedSegment(segment, memory: memory) == nil)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 63, 64, -64, -65, .max]) func zigzagRoundTrips(value: Int64) {
        #expect(Varint.unzigzag(Varint.zigzag(value)) == value)
        var bytes = ByteBuffer()
        Varint.append(UInt64(bitPattern: value), to: &bytes)
        var index = 0
        let read = Varint.read(bytes.span, at: &index)
        let count = bytes.count
        #expect(read == UInt64(bitPattern: value))
        #expect(index == count)
    }
}
