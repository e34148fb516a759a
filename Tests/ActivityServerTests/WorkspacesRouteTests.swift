import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer

/// `GET /workspaces`.
@Suite struct WorkspacesRouteTests {
    private func fill(_ routes: RouteFixture, _ names: String...) {
        for name in names { #expect(routes.post(#"{"workspace_id":"\#(name)","kind":"k"}"#).status == 201) }
    }

    private func names(_ reply: TestReply) -> [String] {
        reply.body.matches(of: /"workspace_id":"([^"]*)"/).map { String($0.output.1) }
    }

    @Test func aRowTellsALogAtAGlance() throws {
        let routes = RouteFixture()
        #expect(routes.send("GET", "/workspaces").body == "[]")
        fill(routes, "a", "a")
        let epoch = try #require(routes.read("a", "limit=0")["Activity-Epoch"])
        let bytes = routes.read("a").body.utf8.count - "[,]".utf8.count
        let reply = routes.send("GET", "/workspaces")
        #expect(
            reply.body
                == #"[{"workspace_id":"a","count":2,"bytes":\#(bytes),"oldest":1,"latest":2,"epoch":"\#(epoch)","last_append":1714217775.123456}]"#
        )
        #expect(reply["Content-Type"] == "application/json")
        #expect(reply["Activity-More"] == nil)
        #expect(routes.send("HEAD", "/workspaces") == reply)
        #expect(routes.send("DELETE", "/workspaces/a/activity").status == 204)
        #expect(routes.send("GET", "/workspaces").body.contains(#""count":0,"bytes":0,"oldest":3,"latest":2"#))
    }

    @Test(arguments: [nil, TestAnswers.Fate.later])
    func aListGoesByIdAndIsReadInPages(fate: TestAnswers.Fate?) throws {
        let routes = RouteFixture(deferred: fate.map { TestAnswers($0) })
        fill(routes, "b", "a", "B", "a-1", "c", "~")
        #expect(names(routes.send("GET", "/workspaces")) == ["B", "a", "a-1", "b", "c", "~"])
        #expect(names(routes.send("GET", "/workspaces?prefix=a")) == ["a", "a-1"])
        #expect(names(routes.send("GET", "/workspaces?prefix=%61-&after=")) == ["a-1"])
        #expect(names(routes.send("GET", "/workspaces?after=bb&limit=99999999")) == ["c", "~"])
        var target = "/workspaces?limit=4&prefix="
        var pages: [[String]] = []
        while true {
            let reply = routes.send("GET", target)
            pages.append(names(reply))
            guard let link = reply["Link"] else {
                #expect(reply["Activity-More"] == nil)
                break
            }
            #expect(reply["Activity-More"] == "1")
            target = String(try #require(link.firstMatch(of: /^<(.*)>; rel="next"$/)).output.1)
        }
        #expect(pages == [["B", "a", "a-1", "b"], ["c", "~"]])
        let none = routes.send("GET", "/workspaces?limit=0")
        #expect(none.body == "[]")
        #expect(none["Activity-More"] == "1")
        #expect(none["Link"] == nil)
    }

    @Test func aListHasAThousandUnlessItIsAskedForMore() {
        let routes = RouteFixture(limit: 2000)
        let body = (0..<1001).map { #"{"workspace_id":"w\#($0)","kind":"k"}"# }.joined(separator: "\n")
        #expect(routes.post(body, headers: ["Content-Type": "application/x-ndjson"]).status == 201)
        #expect(names(routes.send("GET", "/workspaces")).count == 1000)
        #expect(names(routes.send("GET", "/workspaces?limit=1001")).count == 1001)
    }

    @Test(arguments: [
        ("prefix=a/b", "'prefix'"), ("after=%zz", "'after'"), ("limit=-1", "'limit'"), ("limit=1&limit=1", "'limit'"),
        ("prefix=\(String(repeating: "x", count: 129))", "'prefix'"), ("workspaces=a", "unknown-parameter"),
    ])
    func aBadParameterIsRefusedByName(query: String, expected: String) {
        let reply = RouteFixture().send("GET", "/workspaces?\(query)")
        #expect(reply.status == 400)
        #expect(reply.body.contains(expected))
    }

    @Test(arguments: [
        TestAnswers.Fate.laterFailing(.unavailable(reason: "the disk is full")),
        .throwing(.unavailable(reason: "the disk is full")),
    ])
    func aStoreThatFailsFailsTheList(fate: TestAnswers.Fate) {
        let reply = RouteFixture(deferred: TestAnswers(fate)).send("GET", "/workspaces")
        #expect(reply.status == 503)
        #expect(reply.body.contains("the disk is full"))
        #expect(reply["Retry-After"] != nil)
    }

    @Test func anAcceptWithoutJSONIsRefused() {
        #expect(RouteFixture().send("GET", "/workspaces", headers: ["Accept": "text/html"]).status == 406)
    }
}
