import TestSupport
import Testing

@testable import ActivityServer

/// Limits that change while the daemon serves.
@Suite struct SettingsTests {
    @Test func newLimitsHoldForTheNextRequestOfEveryRoute() {
        let routes = RouteFixture()
        for _ in 0..<4 { routes.appendAtOnce("a") }
        #expect(routes.read("a").ids.count == 4)
        let event = #"{"workspace_id":"a","kind":"k","payload":{"text":"0123456789"}}"#
        #expect(routes.post(event).status == 201)
        var settings = Settings()
        settings.limits.maxPageEvents = 2
        settings.limits.maxEventBytes = 10
        routes.service.apply(settings)
        #expect(routes.read("a").ids == [1, 2])
        #expect(routes.send("GET", "/activity?workspaces=a").rows.count == 2)
        #expect(routes.feed(#"{"workspace_id":"a"}"#).ids == [1, 2])
        #expect(routes.post(event).status == 413)
        routes.service.apply(Settings())
        #expect(routes.read("a").ids.count == 5)
        #expect(routes.post(event).status == 201)
    }

    @Test func newLimitsHoldForTheNextLiveReader() throws {
        let live = try LiveFixture()
        let first = try live.stream()
        live.service.apply(Settings(live: LiveLimits(maxReaders: 1, heartbeatSeconds: 5)))
        let client = try live.connect()
        try live.ask(client, accept: "text/event-stream")
        #expect(try client.receive().status == 503)
        live.loopClock.advance(seconds: 6)
        #expect(try first.receive(through: "\n\n") == ":\n\n")
    }
}
