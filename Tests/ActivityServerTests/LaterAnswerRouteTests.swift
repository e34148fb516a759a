import ActivityLog
import TestSupport
import Testing

@testable import ActivityServer

/// Every route over stores that answer late, in another order, with an error, or never, and batches over several stores.
@Suite struct LaterAnswerRouteTests {
    private let answers = TestAnswers(.later)
    private let others = TestAnswers(.later)

    /// `m-*` is kept in memory; `o-*` in one store that can fail, the rest in another.
    private func routes() throws -> RouteFixture {
        func rule(_ pattern: String, _ kind: BackendKind) throws -> LogPolicies.Rule {
            .init(pattern: try #require(WorkspacePattern(pattern)), policy: LogPolicy(backend: kind))
        }
        let policies = LogPolicies(
            fallback: LogPolicy(backend: .sqlite), rules: [try rule("m-*", .memory), try rule("o-*", .redis)])
        let clock = ManualClock()
        let topics = LogTopics()
        func memory() -> MemoryStore {
            MemoryStore(policies: policies, maxWorkspaces: 100, clock: clock, topics: topics)
        }
        let logs = EventLogs(
            policies: policies,
            stores: [
                .memory: memory(), .sqlite: TestStore(memory(), answers: answers),
                .redis: TestStore(memory(), answers: others),
            ], clock: clock, topics: topics)
        return RouteFixture(logs: logs, clock: clock, deferred: answers)
    }

    private static let failure = StoreError.unavailable(reason: "the disk is full")

    @Test(arguments: [TestAnswers.Fate.now, .later])
    func aBatchOverMemoryAndAStoreThatCanFailIsAppliedWhole(fate: TestAnswers.Fate) throws {
        let routes = try routes()
        answers.fate = fate
        let reply = routes.post(
            #"[{"workspace_id":"m-a","kind":"x"},{"workspace_id":"d","kind":"x"},{"workspace_id":"m-a","kind":"y"}]"#)
        #expect(reply.status == 201)
        #expect(
            reply.body
                == #"{"count":3,"events":[{"workspace_id":"m-a","id":1},{"workspace_id":"d","id":1},{"workspace_id":"m-a","id":2}]}"#
        )
        #expect(routes.read("m-a").ids == [1, 2])
        #expect(routes.read("d").ids == [1])
    }

    @Test(arguments: [TestAnswers.Fate.throwing(Self.failure), .laterFailing(Self.failure)])
    func aBatchOfWhichOnePartFailsAppendsNothing(fate: TestAnswers.Fate) throws {
        let routes = try routes()
        answers.fate = fate
        let reply = routes.post(#"[{"workspace_id":"m-a","kind":"x"},{"workspace_id":"d","kind":"x"}]"#)
        #expect(reply.status == 503)
        #expect(reply.body.contains("the disk is full"))
        answers.fate = .later
        #expect(routes.read("m-a").ids == [])
        #expect(routes.read("d").ids == [])
        #expect(routes.post(#"{"workspace_id":"m-a","kind":"x"}"#).status == 201)
        #expect(routes.read("m-a").ids == [1])
    }

    @Test func aBatchOverTwoStoresThatCanFailIsRefused() throws {
        let routes = try routes()
        let reply = routes.post(
            #"[{"workspace_id":"m-a","kind":"x"},{"workspace_id":"d","kind":"x"},{"workspace_id":"o-a","kind":"x"}]"#)
        #expect(reply.status == 400)
        #expect(reply.body.contains("\"code\":\"batch-spans-stores\""))
        #expect(routes.read("m-a").ids == [])
        #expect(answers.asked == 0 && others.asked == 0)
    }

    private static let requests: [(String, String, String?)] = [
        ("GET", "/workspaces/d/activity", nil), ("GET", "/workspaces/d/activity?wait=5", nil),
        ("DELETE", "/workspaces/d/activity", nil), ("GET", "/activity?workspaces=m-a,d", nil),
        ("POST", "/events", #"{"workspace_id":"d","kind":"x"}"#),
        ("POST", "/events", #"[{"workspace_id":"m-a","kind":"x"},{"workspace_id":"d","kind":"x"}]"#),
    ]

    @Test(arguments: [TestAnswers.Fate.throwing(Self.failure), .laterFailing(Self.failure)], Self.requests.indices)
    func aFailureIsA503NowOrLater(fate: TestAnswers.Fate, index: Int) throws {
        let routes = try routes()
        answers.fate = fate
        let (method, target, body) = Self.requests[index]
        let reply = routes.send(
            method, target, headers: body == nil ? [:] : ["Content-Type": "application/json"], body: body)
        #expect(reply.status == 503)
        #expect(reply.body.contains("\"code\":\"unavailable\""))
        #expect(reply["Retry-After"] == "1")
    }

    @Test(arguments: requests.indices)
    func anAnswerThatDoesNotComeIsA503InTime(index: Int) throws {
        let routes = try routes()
        answers.fate = .never
        routes.whileWaiting = {
            routes.clock.advance(seconds: 11)
            routes.logs.expireAnswers()
        }
        let (method, target, body) = Self.requests[index]
        let reply = routes.send(
            method, target, headers: body == nil ? [:] : ["Content-Type": "application/json"], body: body)
        #expect(reply.status == 503)
        #expect(reply.body.contains("\"code\":\"store-timeout\""))
    }

    @Test func aFeedOverSeveralStoresHasAPageOfEach() throws {
        let routes = try routes()
        others.fate = .now
        for workspace in ["m-a", "d", "o-a"] { routes.appendAtOnce(workspace) }
        others.fate = .throwing(Self.failure)
        let pages = routes.feed(#"{"workspace_id":"o-a"}"#, #"{"workspace_id":"d"}"#, #"{"workspace_id":"m-a"}"#).pages
        #expect(pages.map { $0.contains("\"status\":503") } == [true, false, false])
        #expect(pages[1].contains("\"events\":[{\"id\":1,") && pages[2].contains("\"events\":[{\"id\":1,"))
        others.fate = .now
        #expect(routes.send("GET", "/activity?workspaces=o-a,d,m-a").rows.sorted() == ["d1", "m-a1", "o-a1"])
    }
}
