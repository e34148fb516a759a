import Foundation
import MicroHTTP
import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

@Suite struct FeedRouteTests {
    let routes = RouteFixture(policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(maxEntries: 5))))

    func epoch(_ workspace: String) throws -> String {
        try #require(routes.read(workspace, "limit=0")["Activity-Epoch"])
    }

    @Test func eachQueryHasItsPageInTheOrderOfTheRequest() throws {
        routes.appendAtOnce("b")
        routes.appendAtOnce("a")
        routes.appendAtOnce("a")
        let (a, b) = (try epoch("a"), try epoch("b"))
        let reply = routes.feed(#"{"workspace_id":"b","since":"\#(b)-1"}"#, #"{"workspace_id":"a","since":1}"#)
        #expect(reply.status == 200)
        #expect(reply["Content-Type"] == "application/json")
        #expect(
            reply.body
                == #"{"pages":[{"workspace_id":"b","status":200,"events":[],"next":"\#(b)-1","epoch":"\#(b)","#
                + #""oldest":1,"latest":1},{"workspace_id":"a","status":200,"events":["#
                + #"{"id":2,"timestamp":1714217775.123456,"kind":"k","payload":{}}],"next":"\#(a)-2","epoch":"\#(a)","#
                + #""oldest":1,"latest":2}]}"#)
    }

    @Test func anUnknownWorkspaceIsAnEmptyPageAndIsNotCreated() {
        let reply = routes.feed(#"{"workspace_id":"nobody"}"#, #"{"workspace_id":"nobody","since":4}"#)
        #expect(
            reply.body
                == #"{"pages":[{"workspace_id":"nobody","status":200,"events":[],"next":"0","oldest":1,"latest":0},"#
                + #"{"workspace_id":"nobody","status":200,"events":[],"next":"0","oldest":1,"latest":0,"reset":true}]}"#
        )
        #expect(routes.logs.workspaceCount == 0)
    }

    @Test func aPageTellsWhatIsMissingMoreOrReset() throws {
        for _ in 0..<8 { routes.append("a") }
        let reply = routes.feed(
            #"{"workspace_id":"a","since":1,"limit":2}"#, #"{"workspace_id":"a","since":"aaaaaaaaaa-7"}"#,
            #"{"workspace_id":"a","since":99}"#, #"{"workspace_id":"a","limit":0}"#)
        let pages = reply.pages
        #expect(pages.count == 4)
        #expect(pages[0].contains(#""next":"\#(try epoch("a"))-5""#))
        #expect(pages[0].hasSuffix(#""oldest":4,"latest":8,"more":true,"missed":2},"#))
        #expect(pages[1].hasSuffix(#""latest":8,"reset":true},"#))
        #expect(pages[2].contains(#""events":[],"next":"\#(try epoch("a"))-3""#))
        #expect(pages[2].hasSuffix(#""latest":8,"reset":true},"#))
        #expect(pages[3].contains(#""events":[],"next":"\#(try epoch("a"))-3""#))
        #expect(pages[3].hasSuffix(#""latest":8,"more":true}]}"#))
        #expect(reply.ids == [4, 5, 4, 5, 6, 7, 8])
    }

    @Test func kindsAreFiltered() {
        for kind in ["tool.a", "turn.started", "tool.b", "x"] { routes.append("a", kind: kind) }
        #expect(routes.feed(#"{"workspace_id":"a","kind":"tool.*,x"}"#).ids == [1, 3, 4])
    }

    @Test func theNextTokenReadsTheRest() throws {
        for _ in 0..<5 { routes.append("a") }
        let first = routes.feed(#"{"workspace_id":"a","limit":2}"#)
        let token = try #require(first.body.firstMatch(of: /"next":"([^"]+)"/)?.1)
        #expect(routes.feed(#"{"workspace_id":"a","since":"\#(token)"}"#).ids == [3, 4, 5])
    }

    @Test func aQueryThatIsRefusedLeavesTheOthers() {
        routes.append("a")
        let reply = routes.feed(
            #"{"workspace_id":"a/\"b"}"#, #"{"workspace_id":"a","since":"?"}"#, #"{"workspace_id":"a"}"#,
            #"{"workspace_id":"a","limit":-1}"#, #"{"workspace_id":"a","kind":"*a"}"#)
        #expect(reply.status == 200)
        let pages = reply.pages
        #expect(pages.count == 5)
        #expect(pages[0].hasPrefix(#"{"workspace_id":"a/\"b","status":400,"code":"invalid-workspace-id","error":"#))
        #expect(
            pages[1].hasPrefix(#"{"workspace_id":"a","status":400,"code":"invalid-parameter","error":"invalid since"#))
        #expect(pages[1].contains("in query 1 (counted from 0)"))
        #expect(pages[3].contains("invalid limit"))
        #expect(pages[4].contains("invalid kind"))
        #expect(reply.ids == [1])
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) }
    }

    @Test(arguments: [
        (#"{"queries":[]}"#, "missing-queries"), (#"{"queries":[{"workspace_id":"a"},]}"#, "at byte 33"),
        (#"{"queries":[{"workspace_id":"a"}],"waits":5}"#, "unknown-member"), ("[]", "not-an-object"),
        (#"{"queries":[{"workspace_id":"a","before":5}]}"#, "at byte 32"), ("", "invalid-json"),
        (#"{"queries":[{"since":5}]}"#, "missing-workspace-id"), (#"{"queries":[{"workspace_id":5}]}"#, "at byte 28"),
    ])
    func aBodyOfTheWrongShapeIsRefusedAsAWhole(body: String, expected: String) {
        let reply = routes.send("POST", "/activity/query", headers: ["Content-Type": "application/json"], body: body)
        #expect(reply.status == 400)
        #expect(reply["Content-Type"] == "application/problem+json")
        #expect(reply.body.contains(expected))
        #expect(reply.body.contains(#""instance":"/activity/query""#))
    }

    @Test func aRequestHasAtMostTwoHundredQueries() {
        let query = #"{"workspace_id":"a"}"#
        #expect(routes.feed(Array(repeating: query, count: 200).joined(separator: ",")).pages.count == 200)
        let reply = routes.feed(Array(repeating: query, count: 201).joined(separator: ","))
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"too-many-queries\""))
    }

    @Test func allPagesTogetherHoldAtMostTheLargestPage() throws {
        let small = RouteFixture(limits: ActivityServerLimits(maxPageEvents: 4))
        for _ in 0..<3 { small.append("a") }
        let query = #"{"workspace_id":"a","limit":9}"#
        let reply = small.feed(query, query, query, #"{"workspace_id":"a","since":3}"#)
        #expect(reply.ids == [1, 2, 3, 1])
        let more = reply.pages.map { $0.contains(#""more":true"#) }
        #expect(more == [false, true, true, false])
        let next = reply.body.matches(of: /"next":"[a-z2-7]+-(\d+)"/).map { String($0.1) }
        #expect(next == ["3", "1", "0", "3"])
    }

    @Test func theDefaultLimitOfAQueryIsAThousand() {
        let big = RouteFixture()
        let body = (0..<1001).map { _ in #"{"workspace_id":"a","kind":"k"}"# }.joined(separator: "\n")
        #expect(big.post(body, headers: ["Content-Type": "application/x-ndjson"]).status == 201)
        let reply = big.feed(#"{"workspace_id":"a"}"#)
        #expect(reply.ids == Array(1...1000))
        #expect(reply.body.contains(#""more":true"#))
        #expect(big.feed(#"{"workspace_id":"a","limit":1001}"#).ids.count == 1001)
    }

    // MARK: What the head decides

    @Test(arguments: ["application/x-ndjson", "application/x-www-form-urlencoded", "text/plain"])
    func anotherMediaTypeIsRefusedBeforeTheBodyIsRead(type: String) {
        let reply = routes.feed("", headers: ["Content-Type": type])
        #expect(reply.status == 415)
        #expect(reply.body.contains("send application/json"))
    }

    @Test func whatHoldsForABodyOfEventsHoldsForQueries() {
        let target = "/activity/query"
        #expect(routes.send("POST", target).status == 411)
        #expect(routes.feed("", headers: ["Content-Encoding": "br"]).status == 415)
        let tooLarge = routes.send("POST", target, body: "", framing: .length(99_999_999), outcome: .tooLarge)
        #expect(tooLarge.status == 413)
        #expect(routes.send("POST", target, body: #"{"queries":[{"workspace_id":"a"}]}"#).status == 200)
    }

    @Test func parametersAndAnAcceptWithoutJSONAreRefused() {
        let body = #"{"queries":[{"workspace_id":"a"}]}"#
        #expect(routes.send("POST", "/activity/query?limit=1", body: body).body.contains("unknown-parameter"))
        #expect(routes.feed(#"{"workspace_id":"a"}"#, headers: ["Accept": "text/html"]).status == 406)
    }

    // MARK: Backends that answer later

    @Test func logsThatAnswerLaterGiveTheSamePages() {
        let later = RouteFixture(limits: ActivityServerLimits(maxPageEvents: 4), deferred: TestAnswers())
        for workspace in ["a", "b", "a", "a"] { later.append(workspace) }
        let query = #"{"workspace_id":"a"}"#
        let reply = later.feed(query, #"{"workspace_id":"nobody"}"#, #"{"workspace_id":"b","since":"?"}"#, query, query)
        #expect(reply.ids == [1, 2, 3, 1])
        let pages = reply.pages
        #expect(pages.count == 5)
        #expect(pages[1].contains(#""workspace_id":"nobody""#))
        #expect(pages[2].contains(#""status":400"#))
        #expect(pages.map { $0.contains(#""more":true"#) } == [false, false, false, true, true])
        let next = reply.body.matches(of: /"next":"[a-z2-7]+-(\d+)"/).map { String($0.1) }
        #expect(next == ["3", "1", "0"])
    }

    @Test func aLogThatFailsFailsItsPageAlone() throws {
        let later = RouteFixture(deferred: TestAnswers())
        for workspace in ["a", "b"] { later.append(workspace) }
        try later.fail("a")
        let reply = later.feed(#"{"workspace_id":"a"}"#, #"{"workspace_id":"b"}"#)
        #expect(reply.status == 200)
        let pages = reply.pages
        #expect(pages.count == 2)
        #expect(pages[0].hasPrefix(#"{"workspace_id":"a","status":503,"code":"unavailable","error":"#))
        #expect(pages[0].contains("the disk is full"))
        #expect(pages[1].contains(#""status":200,"events":[{"id":1,"#))
    }
}
