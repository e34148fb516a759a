import ByteBuffers
import Foundation
import Testing

@Suite struct ByteBufferTests {
    @Test func appendsOfEveryKindFollowOneAnother() {
        var bytes = ByteBuffer()
        bytes.append(UInt8(ascii: "a"))
        bytes.append("bc")
        bytes.append(text: "dé")
        let more = Array("fg".utf8)
        bytes.append(more.span)
        bytes.append("")
        let text = bytes.span.text
        #expect(text == "abcdéfg")
    }

    @Test func aBufferKeepsItsBytesWhileItGrows() {
        var bytes = ByteBuffer()
        for index in 0..<100_000 { bytes.append(UInt8(truncatingIfNeeded: index &* 7)) }
        var isSame = bytes.count == 100_000
        for index in 0..<100_000 where bytes.span[index] != UInt8(truncatingIfNeeded: index &* 7) { isSame = false }
        #expect(isSame)
    }

    @Test(arguments: [
        0, 1, 9, 10, 99, 100, 1_000_000, Int.max, -1, -10, Int.min, 999_999_999_999_999_999, 1_000_000_000_000_000_000,
    ])
    func aNumberIsWrittenAsSwiftWritesIt(value: Int) {
        var bytes = ByteBuffer()
        bytes.append(decimal: value)
        let text = bytes.span.text
        #expect(text == String(value))
    }

    @Test(arguments: [(0, 6, "000000"), (42, 6, "000042"), (999_999, 6, "999999"), (7, 1, "7")])
    func aNumberIsPaddedToItsWidth(value: Int, width: Int, expected: String) {
        var bytes = ByteBuffer()
        bytes.append(decimal: value, width: width)
        let text = bytes.span.text
        #expect(text == expected)
    }

    @Test func takingLeavesAnEmptyBufferThatCanBeUsed() {
        var bytes = ByteBuffer()
        bytes.append("first")
        let taken = bytes.take()
        bytes.append("second")
        let (left, right) = (taken.span.text, bytes.span.text)
        #expect(left == "first")
        #expect(right == "second")
    }

    @Test func aLargeBlockIsGivenBackAndASmallOneKept() {
        var bytes = ByteBuffer(capacity: 10_000)
        bytes.append("x")
        bytes.removeAll(keepingAtMost: 20_000)
        let kept = bytes.capacity
        #expect(kept == 10_000)
        bytes.removeAll(keepingAtMost: 100)
        let (left, count) = (bytes.capacity, bytes.count)
        #expect(left == 0)
        #expect(count == 0)
    }

    @Test func aReleasedBlockIsTheCallers() throws {
        var bytes = ByteBuffer()
        bytes.append("abc")
        let released = bytes.release()
        let block = try #require(released)
        defer { free(block) }
        #expect(String(decoding: UnsafeRawBufferPointer(start: block, count: 3), as: UTF8.self) == "abc")
        let nothing = ByteBuffer().release()
        #expect(nothing == nil)
    }

    @Test(arguments: ["", "plain", "q\"q", "b\\s", "\u{0}\u{1F}\u{7F}", "\n\r\t\u{8}\u{C}", "é漢😀", "/"])
    func aJSONStringReadsBackAsItWas(text: String) throws {
        var bytes = ByteBuffer()
        bytes.append("[")
        bytes.append(jsonString: text)
        bytes.append("]")
        let json = bytes.span.text
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String] == [text])
    }

    @Test func roomThatCannotBeHadIsRefusedAndChangesNothing() {
        var buffer = ByteBuffer()
        buffer.append("abc")
        let capacity = buffer.capacity
        let isRefused = !buffer.tryReserve(.max)
        #expect(isRefused)
        let (now, text) = (buffer.capacity, buffer.span.text)
        #expect(now == capacity && text == "abc")
        let isMade = buffer.tryReserve(capacity)
        let room = buffer.capacity
        #expect(isMade && room >= capacity + 3)
    }

    @Test func eightDigitsAreThoseOfTheNumber() {
        var random = SystemRandomNumberGenerator()
        let numbers =
            [0, 1, 9, 10, 99, 100, 9_999, 10_000, 12_345_678, 99_999_999]
            + (0..<20_000).map { _ in UInt32.random(in: 0..<100_000_000, using: &random) }
        for number in numbers {
            var bytes = ByteBuffer()
            bytes.appendPieces(upTo: 8) { $0.write(eightDigits: number) }
            let text = bytes.span.text
            let wanted = String(number)
            #expect(text == String(repeating: "0", count: 8 - wanted.utf8.count) + wanted)
        }
    }
}
