import ActivityLog
import ByteBuffers
import TestSupport
import Testing

@Suite struct LogCursorTests {
    @Test(arguments: [("0", 0), ("42", 42), ("9223372036854775807", Int.max)])
    func aBareIntegerIsAnId(text: String, id: Int) {
        #expect(LogCursor(text: text) == .id(id))
    }

    @Test func aTokenReadsBackAsItWasWritten() {
        let epoch = LogEpoch.random()
        var bytes = ByteBuffer()
        LogCursor.write(epoch: epoch, id: 1234, to: &bytes)
        let count = bytes.count
        #expect(count == LogEpoch.textCount + 5)
        let text = bytes.span.text
        #expect(LogCursor(text: text) == .token(epoch, 1234))
    }

    @Test func anEpochIsLowerCaseBase32() {
        var bytes = ByteBuffer()
        LogEpoch(rawValue: 0).write(to: &bytes)
        LogEpoch(rawValue: (1 << 50) - 1).write(to: &bytes)
        let text = bytes.span.text
        #expect(text == "aaaaaaaaaa7777777777")
    }

    @Test(arguments: [
        "", "-1", "+1", " 1", "1 ", "1.0", "0x10", "9223372036854775808", "99999999999999999999",
        "abcdefghij", "abcdefghij-", "abcdefghij--1", "abcdefghij-1x", "ABCDEFGHIJ-1", "abcdefghi1-1", "abcdefghi-1",
        "abcdefghijk-1", "-abcdefghij-1",
    ])
    func aMalformedCursorIsRefused(text: String) {
        #expect(LogCursor(text: text) == nil)
    }
}
