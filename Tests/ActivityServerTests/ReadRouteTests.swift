import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

@Suite struct ReadRouteTests {
    let routes = RouteFixture(policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(maxEntries: 5))))

    /// Appends `count` events to the workspace `a`.
    func fill(_ count: Int) {
        for index in 0..<count { #expect(routes.post(#"{"workspace_id":"a","kind":"k.\#(index)"}"#).status == 201) }
    }

    func epoch() throws -> String { try #require(routes.read("a", "limit=0")["Activity-Epoch"]) }

    @Test func aPageCarriesItsPlaceInHeaders() throws {
        fill(3)
        let reply = routes.read("a", "since=1&limit=1")
        #expect(reply.status == 200)
        #expect(reply.ids == [2])
        #expect(reply["Activity-Next"] == (try epoch()) + "-2")
        #expect(reply["Activity-Oldest"] == "1")
        #expect(reply["Activity-Latest"] == "3")
        #expect(reply["Activity-More"] == "1")
        #expect(reply["Activity-Missed"] == nil)
        #expect(reply["Activity-Reset"] == nil)
        #expect(reply["Cache-Control"] == "private, no-cache")
        #expect(reply["Content-Type"] == "application/json")
    }

    @Test func anUnknownWorkspaceReadsEmptyAndIsNotCreated() {
        let reply = routes.read("nobody")
        #expect(reply.status == 200)
        #expect(reply.body == "[]")
        #expect(reply["Activity-Latest"] == "0")
        #expect(reply["Activity-Next"] == "0")
        #expect(routes.logs.workspaceCount == 0)
        #expect(routes.read("nobody", "since=0")["Activity-Reset"] == nil)
        #expect(routes.read("nobody", "since=4")["Activity-Reset"] == "1")
    }

    @Test func theNextTokenReadsTheRestAndTheLinkDoesTheSame() throws {
        fill(5)
        let first = routes.read("a", "limit=2&kind=k.*")
        #expect(first.ids == [1, 2])
        let token = try #require(first["Activity-Next"])
        #expect(routes.read("a", "since=\(token)").ids == [3, 4, 5])
        let link = try #require(first["Link"])
        #expect(link == "</workspaces/a/activity?limit=2&kind=k.*&since=\(token)>; rel=\"next\"")
        let last = routes.read("a", "limit=2&kind=k.*&since=\(try epoch())-4")
        #expect(last.ids == [5])
        #expect(last["Link"] == nil)
        #expect(last["Activity-More"] == nil)
    }

    @Test func theLinkOfABackwardsPageLeadsFurtherBack() throws {
        fill(5)
        let reply = routes.read("a", "order=desc&limit=2")
        #expect(reply.ids == [5, 4])
        #expect(reply["Link"] == "</workspaces/a/activity?order=desc&limit=2&before=4>; rel=\"next\"")
        #expect(routes.read("a", "order=desc&limit=2&before=4").ids == [3, 2])
    }

    @Test func aSlowReaderGetsTheTailAndTheExactNumberItMissed() {
        fill(9)
        let reply = routes.read("a", "since=1")
        #expect(reply.status == 200)
        #expect(reply.ids == [5, 6, 7, 8, 9])
        #expect(reply["Activity-Missed"] == "3")
        #expect(reply["Activity-Oldest"] == "5")
    }

    @Test func aTokenOfAnotherEpochReadsEverythingAndSaysReset() {
        fill(2)
        let reply = routes.read("a", "since=aaaaaaaaaa-1")
        #expect(reply.ids == [1, 2])
        #expect(reply["Activity-Reset"] == "1")
        #expect(reply["Activity-Missed"] == nil)
    }

    @Test func anIdBeyondTheNewestIsEmptyAndSaysReset() throws {
        fill(2)
        let reply = routes.read("a", "since=7")
        #expect(reply.body == "[]")
        #expect(reply["Activity-Reset"] == "1")
        #expect(reply["Activity-Next"] == (try epoch()) + "-0")
    }

    @Test(arguments: [
        ("since=1", "cursor-evicted"), ("since=aaaaaaaaaa-1", "epoch-changed"), ("since=99", "cursor-ahead"),
    ])
    func strictTurnsEachOfTheseIntoGone(query: String, code: String) {
        fill(9)
        let reply = routes.read("a", query + "&strict=1")
        #expect(reply.status == 410)
        #expect(reply.body.contains("\"code\":\"\(code)\""))
        #expect(routes.read("a", query + "&strict=0").status == 200)
        #expect(routes.read("a", "since=6&strict=1").ids == [7, 8, 9])
    }

    // MARK: Validators

    @Test func aPollWithTheCurrentTagIsNotModifiedUntilSomethingChanges() throws {
        fill(1)
        let tag = try #require(routes.read("a")["ETag"])
        #expect(tag == "W/\"\(try epoch()).1.1.native\"")
        let again = routes.read("a", headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again["ETag"] == tag)
        #expect(routes.read("a", headers: ["If-None-Match": "\"x\", " + tag.dropFirst(2)]).status == 304)
        fill(1)
        #expect(routes.read("a", headers: ["If-None-Match": tag]).ids == [1, 2])
    }

    @Test func aTagEndsWhenAnEventExpires() throws {
        let aging = RouteFixture(policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(ttlSeconds: 10))))
        #expect(aging.post(#"{"workspace_id":"a","kind":"k"}"#).status == 201)
        let tag = try #require(aging.read("a")["ETag"])
        aging.clock.advance(seconds: 10)
        let reply = aging.read("a", headers: ["If-None-Match": tag])
        #expect(reply.status == 200)
        #expect(reply.body == "[]")
    }

    @Test func anUnknownWorkspaceHasATagToo() throws {
        let tag = try #require(routes.read("b")["ETag"])
        #expect(routes.read("b", headers: ["If-None-Match": tag]).status == 304)
        #expect(routes.post(#"{"workspace_id":"b","kind":"k"}"#).status == 201)
        #expect(routes.read("b", headers: ["If-None-Match": tag]).status == 200)
    }

    @Test func anAgeLimitHasNoTag() throws {
        fill(1)
        let tag = try #require(routes.read("a")["ETag"])
        let reply = routes.read("a", "since_secs=60", headers: ["If-None-Match": tag])
        #expect(reply.status == 200)
        #expect(reply["ETag"] == nil)
    }

    @Test func strictIsNotHiddenByAMatchingTag() throws {
        fill(9)
        let tag = try #require(routes.read("a")["ETag"])
        #expect(routes.read("a", "since=1&strict=1", headers: ["If-None-Match": tag]).status == 410)
    }

    // MARK: Parameters

    @Test(arguments: [
        "since=-1", "since=x", "since=", "since", "since=1.5", "since=%31", "since=99999999999999999999",
        "limit=-1", "limit=ten", "limit=", "before=-1", "before=x", "order=up", "order=", "kind=", "kind=a,,b",
        "kind=*a", "kind=%zz", "since_secs=-1", "since_secs=x", "strict=yes",
        "wait", "wait=", "wait=-1", "wait=31", "wait=1.5", "wait=forever",
    ])
    func aBadValueIsRefusedByName(query: String) {
        let reply = routes.read("a", query)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"invalid-parameter\""))
        #expect(reply.body.contains("'\(query.prefix { $0 != "=" })'"))
    }

    @Test(arguments: ["foo=1", "Since=1", "limit=1&bogus=2", "waits", "since%20=1"])
    func anUnknownParameterIsRefusedByName(query: String) {
        let reply = routes.read("a", query)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"unknown-parameter\""))
        #expect(reply.body.contains("since_secs"))
    }

    @Test func aParameterGivenTwiceIsRefused() {
        #expect(routes.read("a", "limit=1&limit=2").status == 400)
    }

    @Test func emptyPairsAreIgnored() {
        fill(2)
        #expect(routes.read("a", "&&limit=1&").ids == [1])
    }

    @Test func kindsAreDecodedAndMatchedExactlyOrByPrefix() {
        for kind in ["tool.a", "tool", "a b", "naïve", "q\\\"q"] {
            #expect(routes.post(#"{"workspace_id":"k","kind":"\#(kind)"}"#).status == 201)
        }
        #expect(routes.read("k", "kind=tool").ids == [2])
        #expect(routes.read("k", "kind=tool*").ids == [1, 2])
        #expect(routes.read("k", "kind=a+b").ids == [3])
        #expect(routes.read("k", "kind=a%20b,na%C3%AFve").ids == [3, 4])
        #expect(routes.read("k", "kind=q%22q").ids == [5])
    }

    @Test func signsOfTheListAreSelectedByTheirCodes() {
        let routes = RouteFixture()
        for kind in ["a,b", "a", "b", "glob.*", "glob.x", "*", "50%"] {
            #expect(routes.post(#"{"workspace_id":"k","kind":"\#(kind)"}"#).status == 201)
        }
        #expect(routes.read("k", "kind=a%2Cb").ids == [1])
        #expect(routes.read("k", "kind=a,b").ids == [2, 3])
        #expect(routes.read("k", "kind=glob.%2A").ids == [4])
        #expect(routes.read("k", "kind=glob.*").ids == [4, 5])
        #expect(routes.read("k", "kind=%2a,50%25").ids == [6, 7])
        #expect(routes.read("k", "kind=a%2c*").ids == [1])
    }

    @Test func theLimitIsAtMostTheLargestPage() {
        let small = RouteFixture(limits: ActivityServerLimits(maxPageEvents: 2))
        for _ in 0..<3 { #expect(small.post(#"{"workspace_id":"a","kind":"k"}"#).status == 201) }
        for query in ["", "limit=3", "limit=9999999999"] {
            let reply = small.read("a", query)
            #expect(reply.ids == [1, 2])
            #expect(reply["Activity-More"] == "1")
        }
    }

    @Test func aLargePageIsSentInPartsAndIsTheSameArray() {
        let big = RouteFixture()
        let filler = String(repeating: "x", count: 300)
        let body = (0..<1000).map { #"{"workspace_id":"a","kind":"k","payload":{"n":\#($0),"f":"\#(filler)"}}"# }
        #expect(
            big.post(body.joined(separator: "\n"), headers: ["Content-Type": "application/x-ndjson"]).status == 201)
        let reply = big.read("a")
        #expect(reply.ids == Array(1...1000))
        #expect(reply.body.hasPrefix("[{\"id\":1,") && reply.body.hasSuffix("}]"))
        let small = (0..<10).map { big.read("a", "since=\($0 * 100)&limit=100").body.dropFirst().dropLast() }
        #expect(reply.body == "[" + small.joined(separator: ",") + "]")
    }

    // MARK: Ids in the path

    @Test func aPercentEncodedIdIsDecodedOnce() {
        fill(1)
        #expect(routes.read("%61").ids == [1])
        #expect(routes.read("%2561").status == 400)
    }

    @Test(arguments: [
        "%2F", "a%2Fb", "a%00", "%2e", "%2e%2e", "..", ".", "", "a%", "a%2", "a%zz", "a;b", "a+b", "a%20b", "%C3%A9",
        String(repeating: "a", count: 129),
    ])
    func anIdThatIsNoneIsRefused(segment: String) {
        let reply = routes.read(segment)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"invalid-workspace-id\""))
    }

    @Test(arguments: [
        "*/*", "application/json", "text/html, application/*;q=0.5", "Application/JSON;q=1",
        "application/json, text/event-stream", "text/event-stream;q=0.9, application/json",
        "application/x-ndjson;q=0.5, */*",
    ])
    func aReaderWhoPrefersJSONGetsAnArray(accept: String) {
        fill(1)
        let reply = routes.read("a", headers: ["Accept": accept])
        #expect(reply.status == 200)
        #expect(reply["Content-Type"] == "application/json")
        #expect(reply["Vary"] == "Accept")
        #expect(reply.body.hasPrefix("["))
    }

    @Test(arguments: [
        "application/x-ndjson", "application/ndjson;q=0.1", "application/x-ndjson, application/json;q=0.9",
        "*/*;q=0.1, application/x-ndjson", "*/*, application/json;q=0.0",
    ])
    func aReaderWhoPrefersNDJSONGetsLines(accept: String) {
        fill(2)
        let reply = routes.read("a", headers: ["Accept": accept])
        #expect(reply["Content-Type"] == "application/x-ndjson")
        let lines = reply.body.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("{\"id\":1,") && lines[0].hasSuffix("}"))
        #expect(lines[1].hasPrefix("{\"id\":2,") && lines[1].hasSuffix("}"))
        #expect(lines[2].isEmpty)
    }

    @Test func linesComeNewestFirstToo() {
        fill(3)
        let reply = routes.read("a", "order=desc", headers: ["Accept": "application/x-ndjson"])
        #expect(reply.ids == [3, 2, 1])
    }

    @Test func anEmptyPageOfLinesIsEmpty() {
        #expect(routes.read("a", headers: ["Accept": "application/x-ndjson"]).body == "")
    }

    @Test func theFormsOfAPageHaveTagsOfTheirOwn() throws {
        fill(1)
        let json = try #require(routes.read("a")["ETag"])
        let lines = try #require(routes.read("a", headers: ["Accept": "application/x-ndjson"])["ETag"])
        #expect(json != lines)
        #expect(routes.read("a", headers: ["If-None-Match": lines]).status == 200)
        #expect(
            routes.read("a", headers: ["If-None-Match": lines, "Accept": "application/x-ndjson"]).status == 304)
    }

    @Test(arguments: ["text/html", "application/json;q=0", "application/jsonx", "text/*", "text/event-stream;q=0"])
    func anAcceptThatLeavesEveryFormOutIsRefused(accept: String) {
        fill(1)
        let reply = routes.read("a", headers: ["Accept": accept])
        #expect(reply.status == 406)
        #expect(reply.body.contains("\"code\":\"not-acceptable\""))
    }
}
