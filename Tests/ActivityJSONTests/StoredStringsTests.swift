import ActivityJSON
import Testing

/// What is stored otherwise than it was written: halves of surrogate pairs, and line breaks beyond ASCII.
@Suite struct StoredStringsTests {
    private func parse(_ payload: String, handling: BodyHandling = .repairing) throws -> (payload: String, repairs: Int)
    {
        var parser = EventParser()
        let body = Array(#"{"workspace_id":"w","kind":"k","payload":\#(payload)}"#.utf8)
        let events = try parsed(body, handling: handling, with: &parser)
        return (try #require(events.first).payload, parser.repairs)
    }

    @Test(arguments: [
        (#"{"t":"cut \ud83d"}"#, #"{"t":"cut \ufffd"}"#, 1),
        (#"{"t":"\uDE00 late"}"#, #"{"t":"\ufffd late"}"#, 1),
        (#"{"\uD83D":1,"n":[1.10, "\udc00\ud800"]}"#, #"{"\ufffd":1,"n":[1.10,"\ufffd\ufffd"]}"#, 3),
        (#"{"t":"\ud83d\ud83d\ude00\ude00"}"#, #"{"t":"\ufffd\ud83d\ude00\ufffd"}"#, 2),
        (#"{"t":"\ud83d\n\u0041\\ud83d\/"}"#, #"{"t":"\ufffd\n\u0041\\ud83d\/"}"#, 1),
        (#"{"t":"\ud83dx","u":"\ufffd\uFFFD�"}"#, #"{"t":"\ufffdx","u":"\ufffd\uFFFD�"}"#, 1),
        (#"{"t":"é\ud83d漢\u00e9"}"#, #"{"t":"é\ufffd漢\u00e9"}"#, 1),
    ])
    func halfOfASurrogatePairIsReplacedAndCounted(written: String, stored: String, repairs: Int) throws {
        #expect(try parse(written) == (stored, repairs))
    }

    @Test(arguments: [
        #""ab▼\uD800""#, #""▼\uD800\n""#, #""▼\uD800\uD800""#, #""▼\uDC00""#, #""▼\uDC00\uD800""#, #""▼\uD800x""#,
        #""▼\uD8341""#, #"{"▼\ud83d":1}"#, #""\ud83d\ude00▼\ud83d""#,
    ])
    func strictHandlingRefusesHalfOfASurrogatePair(marked: String) {
        Refused(#"{"workspace_id":"w","kind":"k","payload":{"v":\#(marked)}}"#, .invalidJSON).check(handling: .strict)
    }

    @Test func strictHandlingChangesNothingElse() throws {
        #expect(try parse(#"{"a" : "\ud83d\ude00\u2028"}"#, handling: .strict) == (#"{"a":"\ud83d\ude00\u2028"}"#, 0))
        #expect(try parse("{\"a\":\"\u{2028}\"}", handling: .strict) == (#"{"a":"\u2028"}"#, 0))
    }

    @Test(arguments: [
        ("{\"a\":\"x\u{85}y\"}", #"{"a":"x\u0085y"}"#),
        ("{\"\u{2028}\" : \"\u{2029}\u{2028}\"}", #"{"\u2028":"\u2029\u2028"}"#),
        ("{\"a\":[\"\u{85}\", \"\\u0085\\\\\u{2029}\"]}", #"{"a":["\u0085","\u0085\\\u2029"]}"#),
        (
            "{\"a\":\"\u{2027}\u{202A}\u{84}\u{86}\u{E2}\u{C2}\u{A8}—“\"}",
            "{\"a\":\"\u{2027}\u{202A}\u{84}\u{86}\u{E2}\u{C2}\u{A8}—“\"}"
        ),
    ])
    func lineBreaksBeyondASCIIAreStoredAsEscapes(written: String, stored: String) throws {
        #expect(try parse(written) == (stored, 0))
    }

    @Test(arguments: [
        ("a\u{2028}b", #"a\u2028b"#), (#"a\u2029b"#, #"a\u2029b"#), (#"\ud83d"#, "\u{FFFD}"),
        (#"a\udc00b"#, "a\u{FFFD}b"),
    ])
    func aKindHoldsThemInOneSpelling(written: String, stored: String) throws {
        #expect(try parsed(#"{"workspace_id":"w","kind":"\#(written)"}"#).map(\.kind) == [stored])
    }

    @Test func repairsAreThoseOfAllEventsOfTheLastBody() throws {
        var parser = EventParser()
        let event = #"{"workspace_id":"w","kind":"\ud83d","payload":{"a":"\ud83d\ud83d"}}"#
        _ = try parsed(Array("[\(event),\(event)]".utf8), with: &parser)
        #expect(parser.repairs == 6)
        #expect(throws: BodySyntaxError.self) { try parsed(Array("[\(event),{}]".utf8), with: &parser) }
        #expect(parser.repairs == 0)
        _ = try parsed(Array(event.utf8), with: &parser)
        #expect(parser.repairs == 3)
    }

    @Test func halfOfASurrogatePairRepairsNoWorkspaceAndNoMember() {
        Refused(#"{"workspace_id":"w▼\ud83d","kind":"k"}"#, .invalidWorkspaceID).check()
        Refused(#"{"workspace_id":"w","kind":"k",▼"payload\ud83d":{}}"#, .unknownMember).check()
    }

    @Test func sizeOfAnEventIsThatAfterEscaping() {
        let body = "{\"workspace_id\":\"w\",\"kind\":\"k\",\"payload\":{\"a\":\"\u{85}\u{85}\"}}"
        #expect(refusal(body, maxEventBytes: 21) == nil)
        #expect(refusal(body, maxEventBytes: 20)?.code == .eventTooLarge)
    }
}
