import ByteBuffers
import TestSupport
import Testing

@testable import ActivityLog

@Suite struct SealedSegmentTests {
    /// A full segment of varied events at uneven times, and its dense form.
    func makeSegment(firstPosition: Int = 0, seed: UInt64 = 7) -> (EventSegment, SealedSegment, firstID: Int) {
        var random = SeededGenerator(seed: seed)
        var segment = EventSegment(firstPosition: firstPosition, capacity: 0)
        let firstID = 512 + firstPosition + 1
        var wall: Int64 = 1_714_217_775_123_456
        var steady: Int64 = 77
        for index in 0..<(EventSegment.span - firstPosition) {
            let step = Int64.random(in: 0...3_000_000, using: &random)
            steady += step
            // The wall clock stands still now and then, as after a step backwards, and runs ahead now and then.
            wall += [step, 0, step + 90_000_000].randomElement(using: &random) ?? step
            let kind = Array("kind.\(Int.random(in: 0..<9, using: &random))".utf8)
            let payload = Array((index % 5 == 0 ? "" : "{\"n\":\(index)}").utf8)
            _ = segment.append(
                id: firstID + index, timestamp: EventTimestamp(micros: wall), steady: steady, kind: kind.span,
                payload: payload.span)
        }
        return (segment, SealedSegment(segment, firstID: firstID), firstID)
    }

    @Test(arguments: [0, 1, 31, 32, 200, 255]) func everyRangeExpandsToTheBytesThatWereSealed(firstPosition: Int) {
        let (segment, sealed, _) = makeSegment(firstPosition: firstPosition)
        let last = EventSegment.span - 1
        for first in stride(from: firstPosition, through: last, by: 13) {
            for end in stride(from: first, through: last, by: 29) {
                let expected = segment.slice(from: first, through: end).bytes.text
                let expanded = sealed.expand(from: first, through: end).bytes.text
                #expect(expanded == expected)
            }
        }
    }

    @Test func ageAndSizeOfEachEventAreThoseOfTheWireForm() {
        let (segment, sealed, _) = makeSegment(firstPosition: 3)
        let index = sealed.index()
        #expect(index.count == segment.count)
        for position in 3..<EventSegment.span {
            #expect(index[position - 3].steady == segment.steady(at: position))
            #expect(index[position - 3].byteCount == segment.byteCount(at: position))
            #expect(sealed.steady(at: position) == segment.steady(at: position))
        }
    }

    @Test func anExpandedSegmentSealsToTheSameEvents() {
        let (segment, sealed, firstID) = makeSegment()
        let slice = sealed.expand(from: 0, through: 255)
        #expect(slice.firstID == firstID)
        let original = segment.slice(from: 0, through: 255)
        for index in 0..<256 {
            #expect(slice.timestamp(at: index) == original.timestamp(at: index))
            let same = slice.kind(at: index).equals(original.kind(at: index))
            #expect(same)
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 63, 64, -64, -65, .max]) func zigzagRoundTrips(value: Int64) {
        #expect(Varint.unzigzag(Varint.zigzag(value)) == value)
        var bytes: [UInt8] = []
        Varint.append(UInt64(bitPattern: value), to: &bytes)
        var index = 0
        let read = Varint.read(bytes.span, at: &index)
        #expect(read == UInt64(bitPattern: value))
        #expect(index == bytes.count)
    }
}
