import ByteBuffers
import Testing

@Suite struct SpanBytesTests {
    @Test(arguments: [("0", 0), ("007", 7), ("9223372036854775807", Int.max)])
    func digitsReadAsANumber(text: String, value: Int) {
        let bytes = Array(text.utf8)
        let decimal = bytes.span.decimal
        #expect(decimal == value)
    }

    @Test(arguments: ["", "-1", "+1", "1a", " 1", "9223372036854775808", "00000000000000000001", "1_0"])
    func anythingElseDoesNot(text: String) {
        let bytes = Array(text.utf8)
        let decimal = bytes.span.decimal
        #expect(decimal == nil)
    }

    @Test func comparisonsLookAtEveryByte() {
        let bytes = Array("Content".utf8)
        let other = Array("Contenu".utf8)
        let results = [
            bytes.span.equals("Content"), bytes.span.equals("content"), bytes.span.equals("Conten"),
            bytes.span.equalsIgnoringCase("content"), bytes.span.starts(with: "Con"), bytes.span.starts(with: "con"),
            bytes.span.startsIgnoringCase(with: "con"), bytes.span.equals(other.span),
        ]
        #expect(results == [true, false, false, true, true, false, true, false])
    }

    @Test func spacesAndTabsAreTrimmedAtBothEnds() {
        let trimmed = [" \t a b\t ", "   ", "", "x"].map { text in
            let bytes = Array(text.utf8)
            return bytes.span.trimmingSpaces().text
        }
        #expect(trimmed == ["a b", "", "", "x"])
    }

    @Test func oneByteFrom0x80OnAnywhereIsNoASCII() {
        for count in 0..<200 {
            var bytes = [UInt8](repeating: 0x7F, count: count)
            let isASCII = bytes.span.isASCII
            #expect(isASCII)
            for index in bytes.indices {
                bytes[index] = 0x80
                let isASCII = bytes.span.isASCII
                #expect(!isASCII, "\(index) of \(count)")
                bytes[index] = 0x7F
            }
        }
    }
}
