import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Feed queries that wait.
@Suite struct FeedPollTests {
    private func ask(_ client: RawHTTPClient, _ queries: String, wait: Int = 30) throws {
        let body = "{\"queries\":[\(queries)],\"wait\":\(wait)}"
        try client.send(
            "POST /activity/query HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func park(_ live: LiveFixture, _ queries: String, wait: Int = 30) throws -> RawHTTPClient {
        let client = try live.connect()
        try ask(client, queries, wait: wait)
        try #require(eventually { live.parkedRequests == 1 })
        return client
    }

    @Test func whatIsThereIsAnsweredAtOnce() throws {
        let live = try LiveFixture()
        try live.append(to: "a")
        let client = try live.connect()
        try ask(client, #"{"workspace_id":"a"},{"workspace_id":"b"}"#)
        #expect(try client.receive().text.contains(#""events":[{"id":1,"#))
    }

    @Test(arguments: ["a", "b", "c"])
    func anAppendToAnyOfTheWorkspacesAnswersWithAllPages(workspace: String) throws {
        let live = try LiveFixture()
        let client = try park(
            live, #"{"workspace_id":"a"},{"workspace_id":"b"},{"workspace_id":"c"},{"workspace_id":"a"}"#)
        try live.append(to: "d")
        #expect(!client.isReadable(within: 30))
        try live.append(to: workspace)
        let text = try client.receive().text
        #expect(text.components(separatedBy: "\"status\":200").count == 5)
        #expect(text.contains("{\"workspace_id\":\"\(workspace)\",\"status\":200,\"events\":[{\"id\":1,"))
        #expect(eventually { live.service.live.readers == 0 && live.service.live.topics.count == 0 })
    }

    @Test func onlyAMatchingEventWakesAndWhatWasPassedOverIsNotMissed() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 5))
        try live.append(to: "a")
        let client = try park(live, #"{"workspace_id":"a","since":1,"kind":"tool.*"}"#)
        // Read on the same loop, which has then read for the one that waits, too.
        let witness = try live.stream("a", "since=1")
        for id in 2...11 {
            try live.append(to: "a", kind: "turn.started")
            #expect(try witness.ids(1) == [id])
        }
        #expect(!client.isReadable(within: 30))
        try live.append(to: "a", kind: "tool.invoked")
        let text = try client.receive().text
        #expect(text.contains("\"events\":[{\"id\":12,"))
        #expect(!text.contains("missed"))
    }

    @Test func aQueryWithoutACursorMissesNothingWhileItWaits() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 5))
        try live.append(3, to: "a")
        let client = try park(live, #"{"workspace_id":"a","kind":"tool.*"}"#)
        for _ in 0..<10 { try live.append(to: "a", kind: "turn.started") }
        #expect(!client.isReadable(within: 30))
        try live.append(to: "a", kind: "tool.invoked")
        let text = try client.receive().text
        #expect(text.contains("\"events\":[{\"id\":14,"))
        #expect(!text.contains("missed"))
    }

    @Test func theEndOfTheTimeAnswersEmptyPages() throws {
        let live = try LiveFixture()
        let client = try park(live, #"{"workspace_id":"a"}"#, wait: 5)
        live.loopClock.advance(seconds: 6)
        #expect(
            try client.receive().text
                == #"{"pages":[{"workspace_id":"a","status":200,"events":[],"next":"0","oldest":1,"latest":0}]}"#)
    }

    @Test func aQueryThatIsRefusedDoesNotEndTheWaitOfTheOthers() throws {
        let live = try LiveFixture()
        let client = try park(live, #"{"workspace_id":"a"},{"workspace_id":"b","since":"x"}"#)
        #expect(!client.isReadable(within: 50))
        try live.append(to: "a")
        let text = try client.receive().text
        #expect(text.contains("\"status\":400"))
        #expect(text.contains("\"events\":[{\"id\":1,"))
    }

    @Test func queriesThatAreAllRefusedAreToldAtOnce() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try ask(client, #"{"workspace_id":"a","since":"x"},{"workspace_id":"b","since":1764210000000}"#)
        let text = try client.receive().text
        #expect(text.components(separatedBy: "\"status\":400").count == 3)
        #expect(text.contains("looks like a time in milliseconds"))
    }

    @Test func cursorsThatCannotBeHonouredWaitAndAreToldWithTheNextEvent() throws {
        let live = try LiveFixture()
        for name in ["a", "b"] {
            try live.append(3, to: name)
            let client = try live.connect()
            try client.send("DELETE /workspaces/\(name)/activity HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
        }
        let queries = #"{"workspace_id":"a","since":1},{"workspace_id":"a","since":99},{"workspace_id":"b","since":2}"#
        let client = try park(live, queries, wait: 5)
        #expect(!client.isReadable(within: 50))
        live.loopClock.advance(seconds: 6)
        let empty = try client.receive().text
        #expect(empty.components(separatedBy: "\"events\":[]").count == 4)
        #expect(empty.contains("\"missed\":2") && empty.contains("\"missed\":1") && empty.contains("\"reset\":true"))
        try ask(client, queries)
        try #require(eventually { live.parkedRequests == 1 })
        try live.append(to: "a")
        let text = try client.receive().text
        #expect(text.components(separatedBy: "\"events\":[{\"id\":4,").count == 3)
        #expect(text.contains("\"missed\":2") && text.contains("\"missed\":1") && text.contains("\"reset\":true"))
    }

    @Test func logsThatAnswerLaterAreWaitedForToo() throws {
        let answers = TestAnswers()
        let live = try LiveFixture(deferred: answers)
        let pump = DeferredPump(answers)
        try live.append(to: "a")
        let client = try live.connect()
        for id in 2...10 {
            try ask(client, #"{"workspace_id":"b"},{"workspace_id":"a","since":\#(id - 1)}"#)
            try live.append(to: "a")
            #expect(try client.receive().text.contains("\"events\":[{\"id\":\(id),"))
        }
        pump.stop()
    }

    @Test(arguments: ["-1", "31", "1.5", "\"5\"", "null"])
    func aBadWaitIsRefused(wait: String) throws {
        let live = try LiveFixture()
        let client = try live.connect()
        let body = "{\"wait\":\(wait),\"queries\":[{\"workspace_id\":\"a\"}]}"
        try client.send(
            "POST /activity/query HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains("invalid wait"))
        #expect(reply.text.contains("at byte 8"))
    }
}
