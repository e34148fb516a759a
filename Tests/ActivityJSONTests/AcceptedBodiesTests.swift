import ActivityJSON
import ActivityLog
import Testing

@Suite struct AcceptedBodiesTests {
    @Test(arguments: [
        (
            #"{"workspace_id":"w","kind":"k","payload":{"a":1}}"#,
            StoredEvent(workspace: "w", kind: "k", payload: #"{"a":1}"#)
        ),
        (
            #"{"payload":{"a":1},"kind":"k","workspace_id":"w"}"#,
            StoredEvent(workspace: "w", kind: "k", payload: #"{"a":1}"#)
        ),
        (#"{"workspace_id":"w","kind":"k"}"#, StoredEvent(workspace: "w", kind: "k", payload: "")),
        (#"{"workspace_id":"w","kind":"k","payload": null }"#, StoredEvent(workspace: "w", kind: "k", payload: "")),
        (#"{"workspace_id":"w","kind":"k","payload":{}}"#, StoredEvent(workspace: "w", kind: "k", payload: "{}")),
        (
            " \r\n\t{ \"workspace_id\" : \"w\" ,\n \"kind\" : \"k\" , \"payload\" : { } } \n",
            StoredEvent(workspace: "w", kind: "k", payload: "{}")
        ),
    ])
    func singleObjectIsOneEvent(body: String, event: StoredEvent) throws {
        #expect(try parsed(body) == [event])
    }

    @Test func arrayIsABatchInItsOrder() throws {
        let body = #"[{"workspace_id":"a","kind":"x"}, {"workspace_id":"b","kind":"y","payload":{"n":[1, 2]}}]"#
        #expect(
            try parsed(body) == [
                StoredEvent(workspace: "a", kind: "x"),
                StoredEvent(workspace: "b", kind: "y", payload: #"{"n":[1,2]}"#),
            ])
    }

    @Test(arguments: [
        "{\"workspace_id\":\"a\",\"kind\":\"x\"}\n{\"workspace_id\":\"b\",\"kind\":\"y\"}\n",
        "{\"workspace_id\":\"a\",\"kind\":\"x\"}\n{\"workspace_id\":\"b\",\"kind\":\"y\"}",
        "{\"workspace_id\":\"a\",\"kind\":\"x\"}\r\n{\"workspace_id\":\"b\",\"kind\":\"y\"}\r\n",
        "\n\r\n  \n{\"workspace_id\":\"a\",\"kind\":\"x\"}\n\n\t\n {\"workspace_id\":\"b\", \"kind\":\"y\"} \n\n",
    ])
    func eachLineOfNDJSONIsAnEvent(body: String) throws {
        #expect(
            try parsed(body, .ndjson) == [
                StoredEvent(workspace: "a", kind: "x"), StoredEvent(workspace: "b", kind: "y"),
            ])
    }

    @Test(arguments: [
        (#"{"workspace_id":"w","kind":"k"}"#, EventFormat.json, false),
        (#"[{"workspace_id":"w","kind":"k"}]"#, EventFormat.json, true),
        (#"{"workspace_id":"w","kind":"k"}"#, EventFormat.ndjson, true),
    ])
    func arrayAndNDJSONAreBatchesEvenOfOneEvent(body: String, format: EventFormat, isBatch: Bool) throws {
        var parser = EventParser()
        _ = try parsed(Array(body.utf8), format, with: &parser)
        #expect(parser.isBatch == isBatch)
    }

    @Test func memberNamesMayBeEscaped() throws {
        let body = #"{"work\u0073pace_id":"w","k\u0069nd":"k","p\u0061yload":{"k\u0069nd":1}}"#
        #expect(try parsed(body) == [StoredEvent(workspace: "w", kind: "k", payload: #"{"k\u0069nd":1}"#)])
    }

    @Test(arguments: [
        (#"a\/b"#, "a/b"), (#"say \"hi\""#, #"say \"hi\""#), (#"back\\slash"#, #"back\\slash"#),
        (#"\u0022\u005c"#, #"\"\\"#), (#"caf\u00e9"#, "café"), ("café ☕ 🙂", "café ☕ 🙂"), (#"\ud83d\ude42"#, "🙂"),
        (#"\u00a0"#, "\u{A0}"), ("\u{A0}", "\u{A0}"), (#"\uFFFF"#, "\u{FFFF}"),
    ])
    func kindIsStoredInCanonicalEscaping(written: String, kept: String) throws {
        #expect(try parsed(#"{"workspace_id":"w","kind":"\#(written)"}"#).map(\.kind) == [kept])
    }

    @Test(arguments: ["k", String(repeating: "k", count: 128), String(repeating: "é", count: 64)])
    func kindMayTake128Bytes(kind: String) throws {
        #expect(try parsed(#"{"workspace_id":"w","kind":"\#(kind)"}"#).map(\.kind) == [kind])
    }

    @Test func lengthOfAnEscapedKindIsThatOfItsCharacters() throws {
        let body = #"{"workspace_id":"w","kind":"\#(String(repeating: #"\u0022"#, count: 128))"}"#
        #expect(try parsed(body).map(\.kind) == [String(repeating: #"\""#, count: 128)])
    }

    @Test(arguments: [
        ("w", "w"), ("A-Z.a_z~09", "A-Z.a_z~09"), ("...", "..."), (".a", ".a"), (#"\u0077s"#, "ws"),
        (String(repeating: "w", count: 128), String(repeating: "w", count: 128)),
    ])
    func workspaceIDIsDecoded(written: String, id: String) throws {
        #expect(try parsed(#"{"workspace_id":"\#(written)","kind":"k"}"#).map(\.workspace) == [id])
    }

    @Test func neighboursOfOneWorkspaceShareItsRange() throws {
        var parser = EventParser()
        let body =
            #"[{"workspace_id":"aa","kind":"k"},{"workspace_id":"aa","kind":"k"},{"workspace_id":"ab","kind":"k"}]"#
        let events = try parsed(Array(body.utf8), with: &parser)
        #expect(events.map(\.workspace) == ["aa", "aa", "ab"])
        #expect(parser.events[0].workspaceStart == parser.events[1].workspaceStart)
        #expect(parser.events[1].workspaceStart != parser.events[2].workspaceStart)
    }

    @Test func eventsOfAFixedWorkspaceNameNone() throws {
        #expect(try parsed(#"{"kind":"k"}"#, workspace: .fixed) == [StoredEvent(kind: "k")])
    }

    @Test func parserIsReusableAfterAnErrorAndAfterALargeBody() throws {
        var parser = EventParser()
        let small = Array(#"{"workspace_id":"w","kind":"k","payload":{"a":"b"}}"#.utf8)
        let large = Array(
            "[\(Array(repeating: String(decoding: small, as: UTF8.self), count: 40_000).joined(separator: ","))]".utf8)
        let expected = StoredEvent(workspace: "w", kind: "k", payload: #"{"a":"b"}"#)
        for _ in 0..<2 {
            #expect(try parsed(small, with: &parser) == [expected])
            #expect(throws: BodySyntaxError.self) { try parsed(Array(large.dropLast()), with: &parser) }
            #expect(parser.events.isEmpty && parser.bytes.isEmpty)
            #expect(try parsed(large, with: &parser) == Array(repeating: expected, count: 40_000))
        }
    }
}
