import ActivityJSON
import Problems
import Foundation
import TestSupport
import Testing

@testable import ActivityServer

@Suite struct RouteTests {
    let routes = RouteFixture()

    @Test(arguments: [
        "/", "/event", "/events/", "/Events", "/workspaces", "/workspaces/", "/workspaces/a", "/workspaces/a/",
        "/workspaces/a/activity/", "/workspaces/a/activityx", "/workspaces/a/b/activity", "/activity/",
        "/activity/query/", "/activity/a",
        "/workspaces/../events",
        "//events", "/%65vents", "/healthz/", "*",
    ])
    func aPathThatIsNoRouteIsNotFound(path: String) {
        let reply = routes.send("GET", path)
        #expect(reply.status == 404)
        #expect(reply.body.contains("\"code\":\"not-found\""))
    }

    @Test(arguments: [
        ("GET", "/events", "POST, OPTIONS"), ("DELETE", "/events", "POST, OPTIONS"),
        ("POST", "/workspaces/a/activity", "GET, HEAD, DELETE, OPTIONS"),
        ("POST", "/activity", "GET, HEAD, OPTIONS"), ("GET", "/activity/query", "POST, OPTIONS"),
        ("PATCH", "/healthz", "GET, HEAD, OPTIONS"), ("BREW", "/readyz", "GET, HEAD, OPTIONS"),
    ])
    func anotherMethodIsRefusedWithTheOnesThereAre(method: String, path: String, allow: String) {
        let reply = routes.send(method, path)
        #expect(reply.status == 405)
        #expect(reply["Allow"] == allow)
        let options = routes.send("OPTIONS", path)
        #expect(options.status == 204)
        #expect(options["Allow"] == allow)
    }

    @Test func clearDropsTheEventsAndKeepsTheIds() {
        for _ in 0..<3 { #expect(routes.post(#"{"workspace_id":"a","kind":"k"}"#).status == 201) }
        let reply = routes.send("DELETE", "/workspaces/a/activity")
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
        #expect(routes.read("a", "since=1")["Activity-Missed"] == "2")
        #expect(routes.post(#"{"workspace_id":"a","kind":"k"}"#).body.hasPrefix("{\"id\":4,"))
        #expect(routes.send("DELETE", "/workspaces/nobody/activity").status == 204)
        #expect(routes.send("DELETE", "/workspaces/a/activity?since=1").status == 400)
    }

    @Test func readinessEndsWhenTheDaemonGoesDownAndHealthDoesNot() {
        #expect(routes.send("GET", "/healthz").body == #"{"status":"ok"}"#)
        #expect(routes.send("GET", "/readyz").body == #"{"status":"ready"}"#)
        routes.service.beginDraining()
        let reply = routes.send("GET", "/readyz")
        #expect(reply.status == 503)
        #expect(reply["Retry-After"] != nil)
        #expect(reply.body.contains("\"code\":\"draining\""))
        #expect(routes.send("GET", "/healthz").status == 200)
    }

    @Test func aProblemEscapesWhatItQuotes() throws {
        let reply = routes.send("GET", "/x\"y\\z")
        let object = try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
        let problem = try #require(object)
        #expect(problem["instance"] as? String == "/x\"y\\z")
        #expect(problem["status"] as? Int == 404)
        #expect(problem["error"] as? String == problem["detail"] as? String)
        #expect(problem["type"] as? String == "about:blank")
    }

    @Test func everyRouteAndEveryProblemIsInTheDocumentation() throws {
        let docs = try String(contentsOfFile: "docs/api.md", encoding: .utf8)
        for route in Route.allCases { #expect(docs.contains(route.rawValue), "\(route.rawValue)") }
        for parameter in ReadParameter.allCases { #expect(docs.contains("| `\(parameter.rawValue)` |")) }
        for parameter in MergeParameter.allCases { #expect(docs.contains("| `\(parameter.rawValue)` |")) }
        for code in Problem.Code.allCases { #expect(docs.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
        for code in BodySyntaxError.Code.allCases { #expect(docs.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
    }
}
