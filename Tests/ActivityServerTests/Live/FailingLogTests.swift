import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Live readers of logs that fail, or do not answer.
@Suite struct FailingLogTests {
    private static let failure = StoreError.unavailable(reason: "the disk is full")

    private func ask(
        _ live: LiveFixture, _ target: String, accept: String = "text/event-stream", headers: String = ""
    ) throws -> RawHTTPClient {
        let client = try live.connect()
        try client.send("GET \(target) HTTP/1.1\r\nHost: h\r\nAccept: \(accept)\r\n\(headers)\r\n")
        return client
    }

    @Test(arguments: [TestAnswers.Fate.throwing(Self.failure), .laterFailing(Self.failure)])
    func aStreamWhoseLogCannotBeReadIsRefusedBeforeItsHead(fate: TestAnswers.Fate) throws {
        let answers = TestAnswers(.now)
        answers.deliversByItself = true
        let live = try LiveFixture(deferred: answers)
        answers.decide(fate, for: "w")
        for (target, accept) in [
            ("/workspaces/w/activity", "text/event-stream"), ("/activity?workspaces=a,w", "text/event-stream"),
            ("/workspaces/w/activity?wait=stream", "application/x-ndjson"),
        ] {
            let reply = try ask(live, target, accept: accept).receive()
            #expect(reply.status == 503)
            #expect(reply.header("Content-Type") == "application/problem+json")
            #expect(reply.text.contains("the disk is full"))
        }
        #expect(live.service.live.readers == 0)
    }

    @Test func aLogThatAnswersLaterGivesTheStreamItsHeadThen() throws {
        let answers = TestAnswers()
        let live = try LiveFixture(deferred: answers)
        let client = try ask(live, "/activity?workspaces=a,b")
        #expect(eventually { answers.waiting == 2 && live.parkedRequests == 1 })
        #expect(!client.isReadable(within: 30))
        let pump = DeferredPump(answers)
        #expect(try client.receive(through: "\r\n\r\n").contains(" 200 "))
        #expect(try client.receive(through: "\n\n").hasPrefix("retry: "))
        try live.append(to: "b")
        #expect(try client.event().last?.contains("\"workspace_id\":\"b\"") == true)
        pump.stop()
    }

    @Test(arguments: [TestAnswers.Fate.throwing(Self.failure), .laterFailing(Self.failure)], [["w"], ["a", "w"]])
    func aStreamWhoseLogFailsGetsACommentAndEnds(fate: TestAnswers.Fate, names: [String]) throws {
        let answers = TestAnswers(.now)
        let live = try DriverFixture(answers: answers)
        let peer = try names.count == 1 ? live.open("w") : live.open("a", "w")
        try live.append("w")
        #expect(live.work())
        #expect(peer.text().contains("data: {"))
        answers.fate = fate
        try live.change("w")
        #expect(live.work())
        live.deliver(answers)
        #expect(peer.text() == ": the log cannot be read; come back later\n\n")
        #expect(peer.hasEnded)
        #expect(live.driver.followings.isEmpty)
        // Nothing is tried again.
        let asked = answers.asked
        live.loopClock.advance(seconds: 60)
        live.driver.tick(on: live.streams)
        #expect(live.work())
        #expect(answers.asked == asked)
    }

    @Test(arguments: [["w"], ["a", "w"]])
    func aStreamWhoseFirstPageFailsGetsItsHeadAndEnds(names: [String]) throws {
        let answers = TestAnswers(.throwing(Self.failure))
        let live = try DriverFixture(answers: answers)
        let peer = try names.count == 1 ? live.open("w") : live.open("a", "w")
        #expect(live.work())
        let text = peer.text()
        #expect(text.hasPrefix("HEAD\nretry: "))
        #expect(text.hasSuffix("\n\n: the log cannot be read; come back later\n\n"))
        #expect(peer.hasEnded)
    }

    @Test(arguments: [["w"], ["a", "w"]])
    func heartbeatsGoOnWhileALogDoesNotAnswerUntilItsTimeIsOver(names: [String]) throws {
        let answers = TestAnswers(.never)
        let live = try DriverFixture(answers: answers)
        let peer = try names.count == 1 ? live.open("w") : live.open("a", "w")
        #expect(live.work())
        #expect(peer.text().isEmpty)
        for expected in ["HEAD\nretry: ", ":\n\n", ":\n\n"] {
            live.loopClock.advance(seconds: 15)
            live.streams.now = live.loopClock.now
            live.driver.tick(on: live.streams)
            #expect(peer.text().hasPrefix(expected))
        }
        live.logClock.advance(seconds: 11)
        live.logs.expireAnswers()
        live.deliver(answers)
        #expect(peer.text() == ": the log cannot be read; come back later\n\n")
        #expect(peer.hasEnded)
    }

    @Test func aReadThatWaitsForALogWhichDoesNotAnswerIsA503InTime() throws {
        let answers = TestAnswers(.now)
        let live = try LiveFixture(deferred: answers)
        try live.append()
        let client = try ask(live, "/workspaces/w/activity?since=1&wait=30", accept: "*/*")
        try #require(eventually { live.parkedRequests == 1 && live.service.live.readers == 1 })
        let asked = answers.asked
        answers.fate = .never
        live.logs.topics.publish(Array("w".utf8).span)
        try #require(eventually { answers.asked > asked })
        // Its own time is over meanwhile: the answer still depends on the log.
        live.loopClock.advance(seconds: 31)
        #expect(!client.isReadable(within: 30))
        live.logClock.advance(seconds: 11)
        live.logs.expireAnswers()
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.text.contains("\"code\":\"store-timeout\""))
        #expect(eventually { live.service.live.readers == 0 })
    }

    @Test func aReadThatWaitsForALogWhichFailsIsAnsweredOnce() throws {
        let answers = TestAnswers(.now)
        let live = try LiveFixture(deferred: answers)
        let client = try ask(live, "/workspaces/w/activity?wait=30", accept: "*/*")
        try #require(eventually { live.parkedRequests == 1 && live.service.live.readers == 1 })
        answers.fate = .throwing(Self.failure)
        live.logs.topics.publish(Array("w".utf8).span)
        #expect(try client.receive().status == 503)
        answers.fate = .now
        try live.ask(client, "w", "limit=0")
        #expect(try client.receive().status == 200)
    }

    @Test func aLogThatFailsDoesNotEndTheWaitOfTheOthersOfAFeed() throws {
        let answers = TestAnswers(.now)
        let live = try LiveFixture(deferred: answers)
        answers.decide(.throwing(Self.failure), for: "bad")
        let body = #"{"queries":[{"workspace_id":"bad"},{"workspace_id":"a"}],"wait":30}"#
        let client = try live.connect()
        try client.send(
            "POST /activity/query HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        try #require(eventually { live.parkedRequests == 1 })
        #expect(!client.isReadable(within: 30))
        try live.append(to: "a")
        let text = try client.receive().text
        #expect(text.contains("\"status\":503") && text.contains("\"events\":[{\"id\":1,"))
    }

    // MARK: The stop

    @Test(arguments: [TestAnswers.Fate.later, .laterFailing(Self.failure), .throwing(Self.failure), .never])
    func theStopEndsWhateverTheLogsDo(fate: TestAnswers.Fate) throws {
        let answers = TestAnswers(.now)
        let live = try LiveFixture(deferred: answers)
        let stream = try live.stream()
        let wait = try ask(live, "/workspaces/w/activity?wait=30", accept: "*/*")
        try #require(eventually { live.service.live.readers == 2 })
        answers.fate = fate
        answers.deliversByItself = true
        live.stop()
        #expect(try stream.receiveToEnd().hasSuffix("\n\n"))
        _ = try? wait.receive()
        #expect(live.openConnections == 0 && live.parkedRequests == 0)
        #expect(live.service.live.readers == 0)
    }

    @Test func afterStreamsHaveEndedNothingIsAppended() throws {
        let live = RouteFixture()
        #expect(live.post(#"{"workspace_id":"a","kind":"k"}"#).status == 201)
        live.service.beginDraining()
        #expect(live.post(#"{"workspace_id":"a","kind":"k"}"#).status == 201)
        live.service.endAppends()
        let reply = live.post(#"{"workspace_id":"a","kind":"k"}"#)
        #expect(reply.status == 503)
        #expect(reply.body.contains("\"code\":\"draining\""))
        #expect(live.read("a").ids == [1, 2])
        #expect(live.send("GET", "/readyz").status == 503)
    }
}
