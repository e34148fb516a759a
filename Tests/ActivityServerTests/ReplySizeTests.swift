import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

/// A reply is bounded by bytes as well as by events, whatever a request asks for.
@Suite struct ReplySizeTests {
    /// An event of a little more than 1000 bytes.
    private static let payload = "{\"t\":\"\(String(repeating: "x", count: 1000))\"}"

    private func routes(_ maxReplyBytes: Int = 5000) -> RouteFixture {
        RouteFixture(limits: ActivityServerLimits(maxReplyBytes: maxReplyBytes))
    }

    private func append(_ count: Int, to workspace: String, of routes: RouteFixture) {
        for _ in 0..<count {
            routes.clock.advance(seconds: 0.001)
            let reply = routes.post(#"{"workspace_id":"\#(workspace)","kind":"k","payload":\#(Self.payload)}"#)
            #expect(reply.status == 201)
        }
    }

    @Test(arguments: ["", "limit=100", "since=0", "kind=k"])
    func aPageThatIsCutByBytesLeadsToTheRest(query: String) throws {
        let routes = routes()
        append(10, to: "w", of: routes)
        let first = routes.read("w", query)
        #expect(first.ids == [1, 2, 3, 4])
        #expect(first["Activity-More"] == "1")
        let next = try #require(first["Activity-Next"])
        #expect(try #require(first["Link"]).contains("since=\(next)"))
        #expect(routes.read("w", "since=\(next)").ids == [5, 6, 7, 8])
    }

    @Test(arguments: ["order=desc", "before=100"])
    func aPageThatIsReadBackwardsKeepsTheNewest(query: String) throws {
        let routes = routes()
        append(10, to: "w", of: routes)
        let reply = routes.read("w", query)
        #expect(Set(reply.ids) == [7, 8, 9, 10])
        #expect(reply["Activity-More"] == "1")
        #expect(try #require(reply["Link"]).contains("before=7>"))
    }

    @Test func anEventLargerThanTheBoundIsSentAlone() throws {
        let routes = routes(10)
        append(3, to: "w", of: routes)
        #expect(routes.read("w", "").ids == [1])
        #expect(routes.read("w", "order=desc").ids == [3])
        #expect(routes.feed(#"{"workspace_id":"w"}"#).ids == [1])
        #expect(routes.send("GET", "/activity?workspaces=w").ids.isEmpty)
        #expect(routes.send("GET", "/activity?workspaces=w").rows == ["w3"])
    }

    @Test(arguments: [false, true])
    func theQueriesOfOneRequestShareTheBound(isDeferred: Bool) throws {
        let routes = RouteFixture(
            limits: ActivityServerLimits(maxReplyBytes: 5000), deferred: isDeferred ? TestAnswers() : nil)
        append(10, to: "w", of: routes)
        let query = #"{"workspace_id":"w","since":0}"#
        let reply = routes.feed(query, query, #"{"workspace_id":"w","since":0,"limit":0}"#, query)
        let pages = reply.pages
        #expect(reply.ids == [1, 2, 3, 4])
        for page in pages { #expect(page.contains(#""more":true"#)) }
        #expect(pages[0].contains(#"-4","epoch""#))
        #expect(pages[3].contains(#""events":[],"next":""#))
        #expect(pages[3].contains(#"-0","epoch""#))
    }

    @Test func aMergedPageThatIsCutByBytesSaysSo() {
        let routes = routes()
        append(5, to: "a", of: routes)
        append(5, to: "b", of: routes)
        let reply = routes.send("GET", "/activity?workspaces=a,b")
        #expect(reply.rows == ["b5", "b4", "b3", "b2", "b1"])
        #expect(reply["Activity-More"] == "1")
    }
}
