import MicroHTTP
import Synchronization
import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

@Suite struct AppendRouteTests {
    let routes = RouteFixture()

    @Test func oneEventIsAnsweredAsReadersWillSeeIt() {
        let reply = routes.post(#"{"workspace_id":"a","kind":"tool.invoked","payload":{"n": 1}}"#)
        #expect(reply.status == 201)
        #expect(reply["Content-Type"] == "application/json")
        let event = #"{"id":1,"timestamp":1714217775.123456,"kind":"tool.invoked","payload":{"n":1}}"#
        #expect(reply.body == event)
        #expect(routes.read("a").body == "[\(event)]")
    }

    @Test func anOmittedPayloadIsAnEmptyObject() {
        #expect(routes.post(#"{"workspace_id":"a","kind":"k"}"#).body.hasSuffix(#""payload":{}}"#))
    }

    @Test(arguments: [
        (#"[{"workspace_id":"a","kind":"x"},{"workspace_id":"a","kind":"y"}]"#, "application/json"),
        ("{\"workspace_id\":\"a\",\"kind\":\"x\"}\n{\"workspace_id\":\"a\",\"kind\":\"y\"}\n", "application/x-ndjson"),
    ])
    func aBatchIsAnsweredWithWhereEachEventWent(body: String, type: String) {
        let reply = routes.post(body, headers: ["Content-Type": type])
        #expect(reply.status == 201)
        #expect(reply.body == #"{"count":2,"events":[{"workspace_id":"a","id":1},{"workspace_id":"a","id":2}]}"#)
        #expect(routes.read("a").ids == [1, 2])
    }

    @Test func anArrayOfOneIsABatch() {
        #expect(routes.post(#"[{"workspace_id":"a","kind":"x"}]"#).body.hasPrefix(#"{"count":1,"#))
    }

    @Test func aBatchOverSeveralWorkspacesKeepsTheOrderOfTheRequest() {
        let reply = routes.post(
            """
            [{"workspace_id":"a","kind":"a1"},{"workspace_id":"b","kind":"b1"},{"workspace_id":"a","kind":"a2"},
             {"workspace_id":"c","kind":"c1"},{"workspace_id":"b","kind":"b2"}]
            """)
        #expect(
            reply.body
                == #"{"count":5,"events":[{"workspace_id":"a","id":1},{"workspace_id":"b","id":1},"#
                + #"{"workspace_id":"a","id":2},{"workspace_id":"c","id":1},{"workspace_id":"b","id":2}]}"#)
        #expect(routes.read("a").body.contains("a1"))
        #expect(routes.read("b").ids == [1, 2])
    }

    @Test func aBatchOverThousandsOfWorkspacesReachesEachOfThem() {
        let many = RouteFixture(limit: 5000)
        let body = (0..<4000).map { #"{"workspace_id":"w\#($0 % 2000)","kind":"k\#($0)"}"# }.joined(separator: "\n")
        let reply = many.post(body, headers: ["Content-Type": "application/x-ndjson"])
        #expect(reply.body.hasPrefix(#"{"count":4000,"#))
        for index in [0, 1, 999, 1999] {
            let page = many.read("w\(index)").body
            #expect(page.contains("\"kind\":\"k\(index)\"") && page.contains("\"kind\":\"k\(index + 2000)\""))
        }
    }

    @Test func theMinimalPreferenceShortensBothAnswers() {
        let minimal = ["Prefer": "respond-async, return=minimal"]
        let one = routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: minimal)
        #expect(one.body == #"{"id":1,"timestamp":1714217775.123456}"#)
        #expect(one["Preference-Applied"] == "return=minimal")
        let batch = routes.post(#"[{"workspace_id":"a","kind":"x"}]"#, headers: minimal)
        #expect(batch.body == #"{"count":1}"#)
        let full = routes.post(
            #"{"workspace_id":"a","kind":"x"}"#, headers: ["Prefer": "return=representation, return=minimal"])
        #expect(full["Preference-Applied"] == nil)
    }

    @Test(arguments: [
        #"[{"workspace_id":"a","kind":"x"},{"workspace_id":"b","kind":""}]"#,
        #"[{"workspace_id":"a","kind":"x"},{"workspace_id":"b","kind":"y","payload":[]}]"#,
        #"[{"workspace_id":"a","kind":"x"},{"workspace_id":"b/c","kind":"y"}]"#,
        #"[{"workspace_id":"a","kind":"x"},"#, "", "[]", "null",
    ])
    func aRefusedBodyAppendsNothingAnywhere(body: String) {
        let reply = routes.post(body)
        #expect(reply.status == 400)
        #expect(reply["Content-Type"] == "application/problem+json")
        #expect(reply.body.contains(#""instance":"/events""#))
        #expect(routes.logs.workspaceCount == 0)
    }

    @Test func anEventWithANullPayloadHasAnEmptyOne() {
        #expect(routes.post(#"{"workspace_id":"a","kind":"k","payload":null}"#).body.hasSuffix(#""payload":{}}"#))
    }

    // MARK: What is mended, and what is left out

    @Test func halfOfASurrogatePairIsMendedAndTold() {
        let one = routes.post(#"{"workspace_id":"a","kind":"k","payload":{"t":"cut \ud83d"}}"#)
        #expect(one.status == 201)
        #expect(one["Activity-Repaired"] == "1")
        #expect(one["Preference-Applied"] == nil)
        #expect(one.body.hasSuffix(#""payload":{"t":"cut \ufffd"}}"#))
        #expect(routes.read("a").body == "[\(one.body)]")
        let batch = routes.post(
            #"[{"workspace_id":"a","kind":"\ud83d"},{"workspace_id":"b","kind":"k","payload":{"\udc00":"\udc00"}}]"#)
        #expect(batch["Activity-Repaired"] == "3")
        #expect(routes.post(#"{"workspace_id":"a","kind":"k"}"#)["Activity-Repaired"] == nil)
    }

    @Test func strictHandlingMendsNothing() {
        let strict = ["Prefer": "handling=strict"]
        let refused = routes.post(#"{"workspace_id":"a","kind":"k","payload":{"t":"cut \ud83d"}}"#, headers: strict)
        #expect(refused.status == 400)
        #expect(refused.body.contains("half of a surrogate pair"))
        #expect(routes.logs.workspaceCount == 0)
        let taken = routes.post(#"{"workspace_id":"a","kind":"k"}"#, headers: strict)
        #expect(taken.status == 201)
        #expect(taken["Preference-Applied"] == "handling=strict")
    }

    @Test func lenientHandlingKeepsTheGoodEventsOfABatch() throws {
        let lines = (0..<500).map {
            $0 == 249 ? #"{"workspace_id":"a","kind":""}"# : #"{"workspace_id":"a","kind":"k\#($0)"}"#
        }
        let reply = routes.post(
            lines.joined(separator: "\n"),
            headers: ["Content-Type": "application/x-ndjson", "Prefer": "handling=lenient"])
        #expect(reply.status == 200)
        #expect(reply["Preference-Applied"] == "handling=lenient")
        #expect(
            reply.body == #"{"count":499,"errors":[{"index":249,"code":"empty-kind","detail":"empty kind at byte 8632 "#
                + #"(line 250, column 28) in event 249 (counted from 0): expected 1 to 128 bytes such as \"turn.started\""}]}"#
        )
    }

    @Test(arguments: [
        ("[]", "application/json", #"{"count":0,"errors":[]}"#),
        ("", "application/x-ndjson", #"{"count":0,"errors":[]}"#),
        (#"[{"workspace_id":"a","kind":"k"}]"#, "application/json", #"{"count":1,"errors":[]}"#),
    ])
    func aLenientBatchSaysWhatWasLeftOutEvenIfNothingWas(body: String, type: String, reply: String) {
        let answer = routes.post(body, headers: ["Content-Type": type, "Prefer": "return=minimal, handling=lenient"])
        #expect(answer.status == 200)
        #expect(answer.body == reply)
        #expect(answer["Preference-Applied"] == "return=minimal, handling=lenient")
        #expect(routes.logs.workspaceCount == (reply.contains(":1,") ? 1 : 0))
    }

    @Test func lenientHandlingReachesEachWorkspaceOfABatch() {
        let reply = routes.post(
            #"[{"workspace_id":"a","kind":"x"},null,{"workspace_id":"b","kind":"x"},{"workspace_id":"a","kind":"y"}]"#,
            headers: ["Prefer": "handling=lenient"])
        #expect(reply.body.hasPrefix(#"{"count":3,"errors":[{"index":1,"code":"not-an-object","#))
        #expect(routes.read("a").ids == [1, 2])
        #expect(routes.read("b").ids == [1])
    }

    @Test func moreErrorsThanAreListedAreCounted() {
        let reply = routes.post(
            String(repeating: "x\n", count: 1005),
            headers: ["Content-Type": "application/jsonl", "Prefer": "handling=lenient"])
        #expect(reply.body.hasPrefix(#"{"count":0,"errors":["#))
        #expect(reply.body.hasSuffix(#"}],"errors_unlisted":5}"#))
    }

    @Test func aSingleEventIsTakenOrRefusedAlsoByLenientHandling() {
        let lenient = ["Prefer": "handling=lenient"]
        #expect(routes.post(#"{"workspace_id":"a"}"#, headers: lenient).status == 400)
        #expect(routes.post(#"{"workspace_id":"a","kind":"k"}"#, headers: lenient).status == 201)
    }

    @Test(arguments: [
        ("return=minimal, handling=lenient", "return=minimal, handling=lenient"),
        ("return=minimal\nhandling=lenient", "return=minimal, handling=lenient"),
        ("HANDLING = \"Lenient\";x=y,foo", "handling=lenient"),
        ("foo=\"a, handling=strict\", handling=lenient", "handling=lenient"),
        (#"foo="\", handling=strict", handling=lenient"#, "handling=lenient"),
        ("handling=lenient\nhandling=strict", "handling=lenient"),
        ("handling=other, handling=strict", nil),
        ("handling, xhandling=strict, return", nil),
        ("wait=5;handling=strict", nil),
        ("return=minimal;foo=\"a;b\", handling=strict", "return=minimal, handling=strict"),
    ])
    func preferencesMayComeInAnyForm(prefer: String, applied: String?) {
        let reply = routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: ["Prefer": prefer])
        #expect(reply["Preference-Applied"] == applied)
    }

    @Test func anErrorInABatchSaysWhichEventAndWhere() {
        let reply = routes.post(#"[{"workspace_id":"a","kind":"x"},{"workspace_id":"b"}]"#)
        #expect(reply.body.contains("kind"))
        #expect(reply.body.contains("at byte 33"))
        #expect(reply.body.contains("event 1"))
    }

    @Test func theWorkspaceLimitRefusesTheWholeBatch() {
        let small = RouteFixture(limit: 2)
        #expect(small.post(#"{"workspace_id":"a","kind":"x"}"#).status == 201)
        let reply = small.post(
            #"[{"workspace_id":"a","kind":"x"},{"workspace_id":"b","kind":"x"},{"workspace_id":"c","kind":"x"}]"#)
        #expect(reply.status == 507)
        #expect(reply.body.contains(#""code":"workspace-limit""#))
        #expect(reply["Retry-After"] != nil)
        #expect(small.read("a").ids == [1])
        #expect(small.logs.workspaceCount == 1)
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "text/plain", "application/cbor", "json", "application/xjson",
    ])
    func anotherMediaTypeIsRefusedBeforeTheBodyIsRead(type: String) {
        let reply = routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: ["Content-Type": type])
        #expect(reply.status == 415)
        #expect(reply.body.contains("send application/json, or application/x-ndjson for an event a line"))
    }

    @Test(arguments: ["application/x-www-form-urlencoded", "Multipart/Form-Data; boundary=x"])
    func aFormIsToldWhatTheClientHasToSay(type: String) {
        let reply = routes.post("a=b", headers: ["Content-Type": type])
        #expect(reply.body.contains("-H 'Content-Type: application/json'"))
    }

    @Test(arguments: [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "Application/JSONL; a=\"b;c\"",
    ])
    func eachNameOfNDJSONIsTaken(type: String) {
        let event = #"{"workspace_id":"a","kind":"x"}"#
        #expect(routes.post("\(event)\n\(event)\n", headers: ["Content-Type": type]).status == 201)
    }

    @Test(arguments: [
        "application/json; charset=utf-8", "Application/JSON", "application/json ;x=y", "text/json",
        "Text/JSON;charset=utf8",
        #"application/json; charset=utf-8; profile="a;b""#,
    ])
    func parametersAndCaseOfTheMediaTypeDoNotMatter(type: String) {
        #expect(routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: ["Content-Type": type]).status == 201)
    }

    @Test func aBodyWithoutAMediaTypeIsJSON() {
        #expect(routes.send("POST", "/events", body: #"{"workspace_id":"a","kind":"x"}"#).status == 201)
    }

    @Test func aPostWithoutALengthIsRefused() {
        #expect(routes.send("POST", "/events").status == 411)
    }

    @Test func aBodyThatWasTooLargeIsRefused() {
        let reply = routes.send("POST", "/events", body: "", framing: .length(99_999_999), outcome: .tooLarge)
        #expect(reply.status == 413)
        #expect(reply.body.contains("max_body_bytes"))
    }

    @Test func anEventLargerThanTheLimitIsRefused() {
        let tight = RouteFixture(limits: ActivityServerLimits(maxEventBytes: 50))
        let filler = String(repeating: "x", count: 60)
        #expect(tight.post(#"{"workspace_id":"a","kind":"x","payload":{"f":"\#(filler)"}}"#).status == 413)
        #expect(tight.logs.workspaceCount == 0)
    }

    // MARK: Backends that answer later

    @Test func aLogThatAnswersLaterGivesTheSameReplies() {
        let later = RouteFixture(deferred: TestAnswers())
        let event = #"{"id":1,"timestamp":1714217775.123456,"kind":"x","payload":{"n":1}}"#
        #expect(later.post(#"{"workspace_id":"a","kind":"x","payload":{"n":1}}"#).body == event)
        let batch = later.post(#"[{"workspace_id":"b","kind":"x"},{"workspace_id":"a","kind":"y"}]"#)
        #expect(batch.status == 201)
        #expect(batch.body == #"{"count":2,"events":[{"workspace_id":"b","id":1},{"workspace_id":"a","id":2}]}"#)
        #expect(later.read("a").ids == [1, 2])
        #expect(later.send("DELETE", "/workspaces/a/activity").status == 204)
        #expect(later.read("a").body == "[]")
    }

    @Test func aFailureThatComesLaterIsAProblem() throws {
        let later = RouteFixture(deferred: TestAnswers())
        #expect(later.post(#"{"workspace_id":"a","kind":"x"}"#).status == 201)
        try later.fail("a")
        for reply in [
            later.post(#"{"workspace_id":"a","kind":"x"}"#),
            later.post(#"[{"workspace_id":"b","kind":"x"},{"workspace_id":"a","kind":"x"}]"#),
            later.read("a"), later.send("DELETE", "/workspaces/a/activity"),
        ] {
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] == "1")
            #expect(reply.body.contains("the disk is full"))
        }
    }
}
