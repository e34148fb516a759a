import Foundation
import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

@Suite struct MergeRouteTests {
    let routes = RouteFixture()

    func merge(_ query: String, headers: [String: String] = [:]) -> TestReply {
        routes.send("GET", "/activity?" + query, headers: headers)
    }

    @Test func aRowIsTheEventWithItsWorkspaceFirst() throws {
        routes.appendAtOnce("a", kind: "turn.started")
        let reply = merge("workspaces=a")
        #expect(reply.status == 200)
        #expect(
            reply.body
                == #"[{"workspace_id":"a","id":1,"timestamp":1714217775.123456,"kind":"turn.started","payload":{}}]"#)
        #expect(reply["Content-Type"] == "application/json")
        #expect(reply["Cache-Control"] == "private, no-cache")
        #expect(reply["Vary"] == "Accept")
        #expect(reply["Activity-More"] == nil)
        #expect(routes.send("HEAD", "/activity?workspaces=a") == reply)
    }

    @Test func rowsComeNewestFirstOverAllWorkspaces() {
        for workspace in ["b", "a", "a", "c", "b"] { routes.append(workspace) }
        #expect(merge("workspaces=a,b,c").rows == ["b2", "c1", "a2", "a1", "b1"])
        #expect(merge("workspaces=a,c").rows == ["c1", "a2", "a1"])
    }

    @Test func rowsOfOneTimeComeByWorkspaceAndThenNewestFirst() {
        for workspace in ["b", "a", "A", "b", "a10", "a"] { routes.appendAtOnce(workspace) }
        #expect(merge("workspaces=a10,b,A,a").rows == ["A1", "a2", "a1", "a101", "b2", "b1"])
    }

    @Test func aMergeIsWhatSortingEverythingGives() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let names = (0..<9).map { "w\($0)" }
        var expected: [(time: Int, workspace: String, id: Int)] = []
        var counts: [String: Int] = [:]
        var time = 0
        for _ in 0..<700 {
            let name = names[Int.random(in: 0..<8, using: &random)]
            if Int.random(in: 0..<3, using: &random) == 0 {
                time += 1
                routes.append(name)
            } else {
                routes.appendAtOnce(name)
            }
            counts[name, default: 0] += 1
            expected.append((time, name, counts[name] ?? 0))
        }
        expected.sort { ($1.time, $0.workspace, $1.id) < ($0.time, $1.workspace, $0.id) }
        let rows = expected.map { "\($0.workspace)\($0.id)" }
        let all = "workspaces=\(names.shuffled(using: &random).joined(separator: ","))"
        #expect(merge(all).rows == rows, "seed \(seed)")
        for limit in [0, 1, 2, 50, 699, 700, 701] {
            let reply = merge("\(all)&limit=\(limit)")
            #expect(reply.rows == Array(rows.prefix(limit)), "seed \(seed), limit \(limit)")
            #expect((reply["Activity-More"] == "1") == (limit < 700), "seed \(seed), limit \(limit)")
        }
    }

    @Test func theLimitIsAtMostTheLargestPageAndMayBeZero() {
        let small = RouteFixture(limits: ActivityServerLimits(maxPageEvents: 2))
        for workspace in ["a", "b", "a"] { small.append(workspace) }
        for query in ["", "&limit=3", "&limit=9999999999"] {
            let reply = small.send("GET", "/activity?workspaces=a,b" + query)
            #expect(reply.rows == ["a2", "b1"])
            #expect(reply["Activity-More"] == "1")
        }
        #expect(small.send("GET", "/activity?workspaces=b,a&limit=0").body == "[]")
        #expect(small.send("GET", "/activity?workspaces=b").rows == ["b1"])
    }

    @Test func kindsAndAgesAreFilteredInEachWorkspace() {
        routes.append("a", kind: "tool.x")
        routes.append("b", kind: "turn.started")
        routes.clock.advance(seconds: 100)
        routes.append("b", kind: "tool.y")
        routes.append("a", kind: "turn.ended")
        #expect(merge("workspaces=a,b&kind=tool.*").rows == ["b2", "a1"])
        #expect(merge("workspaces=a,b&kind=tool.*&limit=1")["Activity-More"] == "1")
        #expect(merge("workspaces=a,b&kind=turn.%73tarted,nothing").rows == ["b1"])
        let recent = merge("workspaces=a,b&since_secs=50")
        #expect(recent.rows == ["a2", "b2"])
        #expect(recent["Activity-More"] == nil)
    }

    @Test func anUnknownWorkspaceContributesNothingAndIsNotCreated() {
        #expect(merge("workspaces=nobody,nothing").body == "[]")
        routes.append("a")
        #expect(merge("workspaces=nobody,a").rows == ["a1"])
        #expect(routes.logs.workspaceCount == 1)
    }

    @Test func idsAreDecodedOnceAndMayBeTwoHundred() {
        routes.append("a")
        routes.append("~b")
        #expect(merge("workspaces=%61%2C%7Eb").rows == ["~b1", "a1"])
        let most = (0..<200).map { "w\($0)" }.joined(separator: ",")
        #expect(merge("workspaces=\(most)").status == 200)
        #expect(merge("workspaces=\(most),w200").status == 400)
    }

    @Test(arguments: [
        "workspaces", "workspaces=", "workspaces=a,", "workspaces=,a", "workspaces=a,,b", "workspaces=a,b,a",
        "workspaces=a/b", "workspaces=..", "workspaces=a+b", "workspaces=a%20b", "workspaces=%2561", "workspaces=%zz",
        "limit=-1&workspaces=a", "limit=x&workspaces=a", "kind=&workspaces=a", "kind=*a&workspaces=a",
        "kind=%z&workspaces=a", "since_secs=1.5&workspaces=a", "since_secs=&workspaces=a",
        "limit=1&workspaces=a&limit=1",
    ])
    func aBadValueIsRefusedByName(query: String) {
        let reply = merge(query)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"invalid-parameter\""))
        #expect(reply.body.contains("'\(query.prefix { $0 != "=" })'"))
        #expect(reply.body.contains("\"instance\":\"/activity\""))
    }

    @Test func theWorkspacesHaveToBeNamed() {
        for target in ["/activity", "/activity?", "/activity?limit=1"] {
            let reply = routes.send("GET", target)
            #expect(reply.status == 400)
            #expect(reply.body.contains("'workspaces' is missing"))
        }
    }

    @Test(arguments: ["order=asc", "before=1", "strict=1", "Workspaces=a", "wait=1"])
    func anUnknownParameterIsRefusedByName(query: String) {
        let reply = merge("workspaces=a&" + query)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"unknown-parameter\""))
        #expect(reply.body.contains("since_secs"))
    }

    @Test func anAcceptWithoutJSONIsRefused() {
        #expect(merge("workspaces=a", headers: ["Accept": "text/html"]).status == 406)
        #expect(merge("workspaces=a", headers: ["Accept": "application/*"]).status == 200)
    }

    // MARK: Validators

    @Test func aPollWithTheCurrentTagIsNotModifiedUntilOneOfTheLogsChanges() throws {
        routes.append("a")
        let query = "workspaces=a,b&kind=k"
        let tag = try #require(merge(query)["ETag"])
        #expect(try /W\/"[0-9a-f]{16}\.merged"/.wholeMatch(in: tag) != nil)
        let again = merge(query, headers: ["If-None-Match": "\"x\", " + tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again["ETag"] == tag)
        #expect(again["Vary"] == "Accept")
        #expect(merge("workspaces=b,a", headers: ["If-None-Match": tag]).status == 304)
        routes.append("b")
        let changed = merge(query, headers: ["If-None-Match": tag])
        #expect(changed.rows == ["b1", "a1"])
        #expect(changed["ETag"] != tag)
        #expect(routes.send("DELETE", "/workspaces/a/activity").status == 204)
        #expect(merge(query)["ETag"] != changed["ETag"])
    }

    @Test func logsThatSwapTheirVersionsHaveAnotherTag() throws {
        // Unknown workspaces differ in nothing but their number.
        let tags = ["workspaces=a", "workspaces=a,b", "workspaces=a,b,c"].compactMap { merge($0)["ETag"] }
        #expect(Set(tags).count == 3)
    }

    @Test func anAgeLimitHasNoTag() throws {
        routes.append("a")
        let tag = try #require(merge("workspaces=a")["ETag"])
        let reply = merge("workspaces=a&since_secs=60", headers: ["If-None-Match": tag])
        #expect(reply.status == 200)
        #expect(reply["ETag"] == nil)
    }

    // MARK: Backends that answer later

    @Test func logsThatAnswerLaterGiveTheSameReplies() throws {
        let later = RouteFixture(deferred: TestAnswers())
        for workspace in ["b", "a", "b"] { later.append(workspace) }
        let reply = later.send("GET", "/activity?workspaces=nobody,a,b&limit=2")
        #expect(reply.rows == ["b2", "a1"])
        #expect(reply["Activity-More"] == "1")
        let tag = try #require(reply["ETag"])
        let poll = { later.send("GET", "/activity?workspaces=a,b,nobody", headers: ["If-None-Match": tag]) }
        #expect(poll().status == 304)
        later.append("nobody")
        #expect(poll().rows == ["nobody1", "b2", "a1", "b1"])
    }

    @Test func oneLogThatFailsFailsTheRequest() throws {
        let later = RouteFixture(deferred: TestAnswers())
        for workspace in ["a", "b"] { later.append(workspace) }
        try later.fail("b")
        for headers in [[:], ["If-None-Match": "\"0123456789abcdef.merged\""]] {
            let reply = later.send("GET", "/activity?workspaces=a,b", headers: headers)
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] == "1")
            #expect(reply["ETag"] == nil)
            #expect(reply.body.contains("the disk is full"))
            #expect(reply.body.contains("\"instance\":\"/activity\""))
        }
        #expect(later.send("GET", "/activity?workspaces=a").rows == ["a1"])
    }
}
