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
        #expect(routes.workspaces.count == 0)
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
        #expect(small.workspaces.count == 1)
    }

    @Test(arguments: ["application/x-www-form-urlencoded", "text/plain", "application/cbor", "json"])
    func anotherMediaTypeIsRefusedBeforeTheBodyIsRead(type: String) {
        let reply = routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: ["Content-Type": type])
        #expect(reply.status == 415)
        #expect(reply.body.contains("application/json"))
    }

    @Test(arguments: ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"])
    func parametersAndCaseOfTheMediaTypeDoNotMatter(type: String) {
        #expect(routes.post(#"{"workspace_id":"a","kind":"x"}"#, headers: ["Content-Type": type]).status == 201)
    }

    @Test func aBodyWithoutAMediaTypeIsJSON() {
        #expect(routes.send("POST", "/events", body: #"{"workspace_id":"a","kind":"x"}"#).status == 201)
    }

    @Test func aCompressedBodyIsRefused() {
        #expect(routes.post("{}", headers: ["Content-Encoding": "gzip"]).status == 415)
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
        #expect(tight.workspaces.count == 0)
    }

    // MARK: Backends that answer later

    @Test func aLogThatAnswersLaterGivesTheSameReplies() {
        let later = RouteFixture(deferred: DeferredAnswers())
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
        let later = RouteFixture(deferred: DeferredAnswers())
        #expect(later.post(#"{"workspace_id":"a","kind":"x"}"#).status == 201)
        let log = try #require(try later.workspaces.findOrCreate("a").log as? DeferredEventLog)
        log.failure.withLock { $0 = .unavailable(reason: "the disk is full") }
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
