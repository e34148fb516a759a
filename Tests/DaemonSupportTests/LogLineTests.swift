@testable import DaemonSupport
import Glibc
import Logging
import Testing

@Suite struct LogLineTests {
    /// 2026-02-03T04:05:06.078900Z
    static let instant = timespec(tv_sec: 1_770_091_506, tv_nsec: 78_900_000)

    @Test func aTimestampedLineHasTimeLevelMessageAndSortedMetadata() {
        let line = render("listening", metadata: ["workers": "2", "address": "127.0.0.1:8080"])
        #expect(line == "2026-02-03T04:05:06.078Z info listening address=127.0.0.1:8080 workers=2\n")
    }

    @Test(arguments: [
        (Logger.Level.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3), (.critical, 2),
    ])
    func aJournalLineHasASyslogPriorityInsteadOfTimeAndLevel(level: Logger.Level, priority: Int) {
        #expect(render("m", level: level, format: .journal, metadata: ["k": "v"]) == "<\(priority)>m k=v\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("ünïcode→", "ünïcode→"), ("", "\"\""), ("two words", "\"two words\""),
        ("a=b", "\"a=b\""), ("say \"hi\"", "\"say \\\"hi\\\"\""), ("C:\\x", "\"C:\\\\x\""),
        ("a\nb", "\"a\\nb\""), ("a\r\n\tb", "\"a\\r\\n\\tb\""), ("\u{1B}[31m", "\"\\u001b[31m\""),
        ("\u{0}", "\"\\u0000\""), ("\u{7F}\u{85}\u{2028}", "\"\\u007f\\u0085\\u2028\""),
    ])
    func aValueIsQuotedAndEscapedOnlyWhereItMustBe(value: String, written: String) {
        #expect(render("m", format: .journal, metadata: ["k": "\(value)"]) == "<6>m k=\(written)\n")
    }

    @Test func aMessageCannotBeginASecondLine() {
        let line = render("one\n<3>two\u{1B}[2J\u{2029}", format: .journal)
        #expect(line == "<6>one\\n<3>two\\u001b[2J\\u2029\n")
    }

    @Test func aKeyIsEscapedLikeAValue() {
        #expect(render("m", format: .journal, metadata: ["a\nb": "1"]) == "<6>m \"a\\nb\"=1\n")
    }

    @Test func theErrorOfAnEventComesLast() {
        struct DiskFull: Error, CustomStringConvertible { let description = "no space left" }
        let line = render("m", format: .journal, error: DiskFull(), metadata: ["zone": "1"])
        #expect(line == "<6>m zone=1 error=\"no space left\"\n")
    }

    /// Each length shifts where the cut falls within the three bytes of `€`.
    @Test(arguments: 0..<3)
    func anOverlongLineIsCutBetweenCharactersAndMarked(shift: Int) {
        let filler = String(repeating: "a", count: shift) + String(repeating: "€", count: 3000)
        let line = render("\(filler)", format: .journal)
        #expect(line.utf8.count <= LogLine.longest)
        #expect(line.utf8.count > LogLine.longest - 3)
        #expect(line.hasSuffix("€…\n"))
        #expect(!line.contains("\u{FFFD}"))
    }

    @Test(arguments: [(4095 - 3, false), (4096 - 3, true)])
    func onlyALineThatDoesNotFitIsCut(messageBytes: Int, isCut: Bool) {
        let line = render("\(String(repeating: "a", count: messageBytes))", format: .journal)
        #expect(line.hasSuffix("…\n") == isCut)
        #expect(line.utf8.count == 4096)
    }

    private func render(
        _ message: Logger.Message, level: Logger.Level = .info, format: LogFormat = .timestamped,
        error: (any Error)? = nil, metadata: Logger.Metadata = [:]
    ) -> String {
        let event = LogEvent(
            level: level, message: message, error: error, metadata: nil, source: nil, file: #fileID,
            function: #function, line: #line)
        let line = LogLine(format: format, time: Self.instant, event: event, metadata: metadata)
        return line.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
