import ActivityJSON
import Problems
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

@Suite struct RouteTests {
    let routes = RouteFixture()

    @Test(arguments: [
        "/", "/event", "/events/", "/Events", "/workspaces/", "/workspaces/a", "/workspaces/a/",
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

    @Test(arguments: [
        ("//events", "the route is /events"), ("/events/", "the route is /events"),
        ("/%65vents", "the route is /events"),
        ("/Events", "the route is /events"), ("/./events", "/events (POST, OPTIONS)"),
        ("/workspaces/a/activity/", "the route is /workspaces/{id}/activity"),
        ("/workspaces//a/activity", "the route is /workspaces/{id}/activity"),
        ("/workspaces/a", "did you mean /workspaces/{id}/activity (GET, HEAD, DELETE, OPTIONS)?"),
        ("/workspaces/a/b/activity", "there are /workspaces/{id}/activity (GET, HEAD, DELETE, OPTIONS)"),
        ("/workspace/a/activity", "did you mean /workspaces/{id}/activity"),
        ("/health", "did you mean /healthz (GET, HEAD, OPTIONS)?"), ("/ready", "did you mean /readyz"),
        ("/event", "did you mean /events (POST, OPTIONS)?"), ("/activities", "/activity (GET, HEAD, OPTIONS)"),
        ("/", "there are /events (POST, OPTIONS); /workspaces/{id}/activity"), ("/x", "there are /events"),
        ("/%zz", "there are /events"),
    ])
    func aPathThatIsNearlyARouteIsToldWhichOneWasMeantAndNeverServed(path: String, hint: String) {
        for method in ["GET", "POST", "DELETE"] {
            let reply = routes.send(method, path)
            #expect(reply.status == 404)
            #expect(reply.body.contains(hint), "\(reply.body)")
        }
    }

    @Test func aMethodThatARouteLacksIsToldTheRouteAndItsMethods() {
        let reply = routes.send("PUT", "/events", body: "{}")
        #expect(reply.status == 405)
        #expect(reply.body.contains("PUT is not a method of /events, which takes POST, OPTIONS"))
    }

    @Test(arguments: ["*", "/"])
    func theOptionsOfTheServerAreThoseOfAllRoutes(target: String) {
        let reply = routes.send("OPTIONS", target)
        #expect(reply.status == 204)
        #expect(reply["Allow"] == "GET, HEAD, POST, DELETE, OPTIONS")
        #expect(routes.send("GET", target).status == 404)
    }

    @Test(arguments: ["/events", "/workspaces/abc/activity", "/workspaces//activity", "/activity/query"])
    func whatAMatchFoundIsKeptInOneWord(path: String) throws {
        let table = RouteTable()
        let target = Array(path.utf8)
        for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS"] {
            let name = Array(method.utf8)
            let request = HTTPRequest(
                methodName: name.span, target: target.span, head: Span(), fields: HTTPFieldTable(), framing: .none,
                body: Span(), bodyOutcome: .complete)
            guard var match = try? table.match(request) else { continue }
            match.body = BodyForm(isCompressed: method == "POST", isLines: path == "/events")
            let read = RouteTable.Match(tag: match.tag) ?? match
            #expect((read.row, read.resource) == (match.row, match.resource))
            #expect(read.segment == match.segment)
            #expect(read.body == match.body)
        }
    }

    @Test func theDocumentationHasTheRoutesOfTheTableAndNoOthers() throws {
        let docs = try String(contentsOfFile: "docs/api.md", encoding: .utf8)
        let documented = docs.matches(of: /\n\| \[`([A-Z]+ [^`]+)`\]\(#[^)]*\) \|/).map { String($0.output.1) }
        let routed = RouteTable().routes.map { "\($0.method)".uppercased() + " " + $0.path.text }
        #expect(Set(documented) == Set(routed))
        #expect(documented.count == routed.count)
    }

    @Test func everyParameterAndEveryProblemIsInTheDocumentation() throws {
        let docs = try String(contentsOfFile: "docs/api.md", encoding: .utf8)
        for parameter in ReadParameter.allCases { #expect(docs.contains("| `\(parameter.rawValue)` |")) }
        for parameter in ListParameter.allCases { #expect(docs.contains("| `\(parameter.rawValue)` |")) }
        for parameter in MergeParameter.allCases { #expect(docs.contains("| `\(parameter.rawValue)` |")) }
        for code in Problem.Code.allCases { #expect(docs.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
        for code in BodySyntaxError.Code.allCases { #expect(docs.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
    }
}
