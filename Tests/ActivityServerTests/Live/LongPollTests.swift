import ActivityLog
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Reads that wait for something to read.
@Suite struct LongPollTests {
    /// Sends a read that waits, and waits until it is parked.
    private func park(_ live: LiveFixture, _ workspace: String = "w", _ query: String) throws -> RawHTTPClient {
        let earlier = live.parkedRequests
        let client = try live.connect()
        try live.ask(client, workspace, query)
        try #require(eventually { live.parkedRequests > earlier })
        return client
    }

    @Test func aReadThatHasSomethingDoesNotWait() throws {
        let live = try LiveFixture()
        try live.append(2)
        let client = try live.connect()
        try live.ask(client, "w", "since=1&wait=30")
        #expect(try client.receive().text.hasPrefix("[{\"id\":2,"))
    }

    @Test func aParkedReadIsAnsweredByTheNextAppend() throws {
        let live = try LiveFixture()
        try live.append()
        let client = try park(live, "w", "since=1&wait=30")
        try live.append(3)
        let reply = try client.receive()
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix("[{\"id\":2,"))
        #expect(reply.header("Activity-Next")?.hasSuffix("-4") == true)
        #expect(live.parkedRequests == 0)
        #expect(eventually { live.service.live.readers == 0 })
    }

    @Test func theConnectionGoesOnAfterAWait() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        for id in 1...50 {
            try live.ask(client, "w", "since=\(id - 1)&wait=30")
            try live.append()
            #expect(try client.receive().text.hasPrefix("[{\"id\":\(id),"))
        }
    }

    @Test func aReadOfAnUnknownWorkspaceWaitsForItsFirstEvent() throws {
        let live = try LiveFixture()
        let client = try park(live, "new", "wait=30")
        #expect(live.logs.workspaceCount == 0)
        try live.append(to: "new")
        #expect(try client.receive().text.hasPrefix("[{\"id\":1,"))
    }

    @Test func aReadWithoutACursorMissesNothingWhileItWaits() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 5))
        try live.append(3, kind: "turn.started")
        let client = try park(live, "w", "kind=tool.*&strict=1&wait=30")
        for _ in 0..<10 { try live.append(kind: "turn.started") }
        #expect(!client.isReadable(within: 30))
        try live.append(kind: "tool.invoked")
        let reply = try client.receive()
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix("[{\"id\":14,"))
        #expect(reply.header("Activity-Missed") == nil)
    }

    @Test(arguments: ["", "since=1&"])
    func aReaderWhoseCopyHasChangedGetsAllOfIt(query: String) throws {
        let live = try LiveFixture()
        try live.append(3)
        let client = try live.connect()
        try live.ask(client, "w", query)
        let first = try client.receive()
        let tag = try #require(first.header("ETag"))
        try live.ask(client, "w", "\(query)wait=30", headers: "If-None-Match: \(tag)\r\n")
        try #require(eventually { live.parkedRequests == 1 })
        try live.append()
        let second = try client.receive()
        #expect(second.text.hasPrefix(first.text.dropLast()))
        #expect(second.text.contains("{\"id\":4,"))
    }

    @Test func theEndOfTheTimeAnswersAnEmptyPageWithItsHeaders() throws {
        let live = try LiveFixture()
        try live.append()
        let client = try park(live, "w", "since=1&wait=7")
        live.loopClock.advance(seconds: 6)
        #expect(!client.isReadable(within: 50))
        live.loopClock.advance(seconds: 2)
        let reply = try client.receive()
        #expect(reply.status == 200)
        #expect(reply.text == "[]")
        #expect(reply.header("Activity-Latest") == "1")
        #expect(reply.header("Activity-Next") == "\(try live.epoch())-1")
    }

    @Test func theEndOfTheTimeIsA304ForWhoHasThePage() throws {
        let live = try LiveFixture()
        try live.append()
        let client = try live.connect()
        try live.ask(client)
        let tag = try #require(try client.receive().header("ETag"))
        try live.ask(client, "w", "wait=5", headers: "If-None-Match: \(tag)\r\n")
        #expect(eventually { live.parkedRequests == 1 })
        live.loopClock.advance(seconds: 6)
        #expect(try client.receive().status == 304)
        try live.ask(client, "w", "wait=5", headers: "If-None-Match: \(tag)\r\n")
        #expect(eventually { live.parkedRequests == 1 })
        try live.append()
        #expect(try client.receive().text.hasPrefix("[{\"id\":1,"))
    }

    @Test func onlyAMatchingEventWakes() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 5))
        try live.append()
        let client = try park(live, "w", "since=1&kind=tool.*&wait=30")
        // Read on the same loop, which has then read for the one that waits, too.
        let witness = try live.stream("w", "since=1")
        // More than are kept: what was passed over while waiting has not been missed.
        for id in 2...11 {
            try live.append(kind: "turn.started")
            #expect(try witness.ids(1) == [id])
        }
        #expect(!client.isReadable(within: 50))
        try live.append(kind: "tool.invoked")
        let reply = try client.receive()
        #expect(reply.text.hasPrefix("[{\"id\":12,"))
        #expect(reply.header("Activity-Missed") == nil)
    }

    @Test func anotherWorkspaceDoesNotWake() throws {
        let live = try LiveFixture()
        let client = try park(live, "w", "wait=30")
        for _ in 0..<10 { try live.append(to: "other") }
        #expect(!client.isReadable(within: 50))
        #expect(live.parkedRequests == 1)
    }

    @Test(arguments: ["since=aaaaaaaaaa-1&wait=30", "since=1&limit=0&wait=30", "since=1&wait=0"])
    func aReadThatHasAnAnswerAlreadyNeverWaits(query: String) throws {
        let live = try LiveFixture()
        try live.append()
        let client = try live.connect()
        try live.ask(client, "w", query)
        #expect(try client.receive().status == 200)
    }

    // MARK: Cursors that cannot be honoured

    /// Appends three events and clears them away.
    private func emptied(_ live: LiveFixture, by way: String = "DELETE") throws {
        try live.append(3)
        if way == "DELETE" {
            let client = try live.connect()
            try client.send("DELETE /workspaces/w/activity HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
        } else {
            live.logClock.advance(seconds: 4000)
        }
    }

    /// The tag of the page as it is now, as a header.
    private func currentTag(_ live: LiveFixture) throws -> String {
        let client = try live.connect()
        try live.ask(client)
        return "If-None-Match: \(try client.receive().header("ETag") ?? "")\r\n"
    }

    @Test(arguments: ["DELETE", "TTL"], [false, true])
    func aReaderOfAnEmptiedLogWaitsForTheNextEventAndIsToldWhatItMissed(way: String, isTagged: Bool) throws {
        let live = try LiveFixture()
        try emptied(live, by: way)
        let client = try live.connect()
        try live.ask(client, "w", "since=1&wait=30", headers: isTagged ? try currentTag(live) : "")
        try #require(eventually { live.parkedRequests == 1 })
        #expect(!client.isReadable(within: 50))
        try live.append()
        let reply = try client.receive()
        #expect(reply.text.hasPrefix("[{\"id\":4,"))
        #expect(reply.header("Activity-Missed") == "2")
        #expect(reply.header("Activity-Reset") == nil)
    }

    @Test(arguments: [false, true])
    func theEndOfTheTimeTellsWhatTheReaderOfAnEmptiedLogMissed(isTagged: Bool) throws {
        let live = try LiveFixture()
        try emptied(live)
        let client = try live.connect()
        try live.ask(client, "w", "since=1&wait=5", headers: isTagged ? try currentTag(live) : "")
        try #require(eventually { live.parkedRequests == 1 })
        live.loopClock.advance(seconds: 6)
        let reply = try client.receive()
        #expect(reply.status == (isTagged ? 304 : 200))
        #expect(reply.header("Activity-Missed") == "2")
        #expect(reply.header("Activity-Next") == "\(try live.epoch())-3")
        // It goes on from there, and is told no more.
        try live.ask(client, "w", "since=3&wait=5")
        try #require(eventually { live.parkedRequests == 1 })
        live.loopClock.advance(seconds: 6)
        #expect(try client.receive().header("Activity-Missed") == nil)
    }

    @Test(arguments: ["aaaaaaaaaa-2", "99"], [false, true])
    func aReaderWhoseCursorCannotBeHonouredOnAnEmptyLogIsWokenByTheNextEventAndToldOfTheReset(
        cursor: String, isTagged: Bool
    ) throws {
        let live = try LiveFixture()
        try emptied(live)
        let tag = isTagged ? try currentTag(live) : ""
        let client = try live.connect()
        try live.ask(client, "w", "since=\(cursor)&wait=5", headers: tag)
        try #require(eventually { live.parkedRequests == 1 })
        #expect(!client.isReadable(within: 50))
        live.loopClock.advance(seconds: 6)
        let empty = try client.receive()
        #expect(empty.status == (isTagged ? 304 : 200))
        #expect(empty.text.isEmpty || empty.text == "[]")
        #expect(empty.header("Activity-Reset") == "1")
        #expect(empty.header("Activity-Next") == "\(try live.epoch())-3")
        try live.ask(client, "w", "since=\(cursor)&wait=30", headers: tag)
        try #require(eventually { live.parkedRequests == 1 })
        try live.append()
        let reply = try client.receive()
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix("[{\"id\":4,"))
        #expect(reply.header("Activity-Reset") == "1")
        #expect(reply.header("Activity-Missed") == nil)
    }

    @Test func aReaderWhoseCursorIsAheadIsGivenAllThereIsWithTheNextEvent() throws {
        let live = try LiveFixture()
        try live.append(2)
        // Also when the next id is the one that the cursor names.
        let client = try park(live, "w", "since=3&wait=5")
        #expect(!client.isReadable(within: 50))
        live.loopClock.advance(seconds: 6)
        let empty = try client.receive()
        #expect(empty.text == "[]")
        #expect(empty.header("Activity-Reset") == "1")
        #expect(empty.header("Activity-More") == nil)
        #expect(empty.header("Activity-Next") == "\(try live.epoch())-0")
        try live.ask(client, "w", "since=3&wait=30")
        try #require(eventually { live.parkedRequests == 1 })
        try live.append()
        let reply = try client.receive()
        #expect(reply.text.components(separatedBy: "{\"id\":").count == 4)
        #expect(reply.text.contains("{\"id\":3,"))
        #expect(reply.header("Activity-Reset") == "1")
    }

    @Test func aCursorOfAWorkspaceThatIsNotThereWaitsForItsFirstEvent() throws {
        let live = try LiveFixture()
        for cursor in ["5", "aaaaaaaaaa-5"] {
            let client = try park(live, "new\(cursor)", "since=\(cursor)&wait=30")
            try live.append(to: "new\(cursor)")
            let reply = try client.receive()
            #expect(reply.text.hasPrefix("[{\"id\":1,"))
            #expect(reply.header("Activity-Reset") == "1")
        }
    }

    @Test func strictReadersAreToldAtOnce() throws {
        let live = try LiveFixture()
        try emptied(live)
        let client = try live.connect()
        for (cursor, code) in [
            ("1", "cursor-evicted"), ("99", "cursor-ahead"), ("aaaaaaaaaa-1", "epoch-changed"),
        ] {
            try live.ask(client, "w", "since=\(cursor)&wait=30&strict=1")
            let reply = try client.receive()
            #expect(reply.status == 410)
            #expect(reply.text.contains("\"code\":\"\(code)\""))
        }
    }

    @Test(arguments: ["1000000000000", "1764210000000", "100000000000000"])
    func aTimeInMillisecondsIsNoCursor(since: String) throws {
        let live = try LiveFixture()
        let client = try live.connect()
        for query in ["since=\(since)", "since=\(since)&wait=30", "since=\(since)&strict=1"] {
            try live.ask(client, "w", query)
            let reply = try client.receive()
            #expect(reply.status == 400)
            #expect(reply.text.contains("looks like a time in milliseconds"))
        }
        try live.ask(client, "w", "since=999999999999")
        #expect(try client.receive().status == 200)
        try live.ask(client, "w", "since=aaaaaaaaaa-\(since)")
        #expect(try client.receive().status == 200)
    }

    @Test func waitingBackwardsIsRefused() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, "w", "before=5&wait=30")
        #expect(try client.receive().status == 400)
    }

    @Test func manyParkedReadsAreAllAnsweredByOneAppend() throws {
        let live = try LiveFixture()
        try live.append()
        let clients = try (0..<200).map { _ in
            let client = try live.connect()
            try live.ask(client, "w", "since=1&wait=30")
            return client
        }
        #expect(eventually { live.parkedRequests == 200 })
        try live.append()
        for client in clients { #expect(try client.receive().text.hasPrefix("[{\"id\":2,")) }
        #expect(eventually { live.service.live.readers == 0 && live.service.live.topics.count == 0 })
    }

    @Test func linesCanBeWaitedForToo() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, "w", "wait=30", accept: "application/x-ndjson")
        #expect(eventually { live.parkedRequests == 1 })
        try live.append()
        #expect(try client.receive().text.hasPrefix("{\"id\":1,"))
    }

    @Test func aClientThatLeavesWhileParkedIsForgotten() throws {
        let live = try LiveFixture()
        var client: RawHTTPClient? = try park(live, "w", "wait=30")
        #expect(client != nil)
        client = nil
        #expect(eventually { live.service.live.readers == 0 && live.openConnections == 0 })
    }

    @Test func aClientThatSendsNothingMoreIsAnsweredAtOnce() throws {
        let live = try LiveFixture()
        let client = try park(live, "w", "wait=30")
        client.finishSending()
        #expect(try client.receive().text == "[]")
    }

    @Test func aReadBeyondTheLimitIsRefused() throws {
        let live = try LiveFixture(limits: LiveLimits(maxReaders: 1))
        let first = try park(live, "w", "wait=30")
        let second = try live.connect()
        try live.ask(second, "w", "wait=30")
        #expect(try second.receive().status == 503)
        // What does not wait is no live reader.
        try live.ask(second, "w", "")
        #expect(try second.receive().status == 200)
        withExtendedLifetime(first) {}
    }

    @Test func theStopAnswersAThousandParkedReads() throws {
        let live = try LiveFixture()
        let clients = try (0..<1000).map { number in
            let client = try live.connect()
            try live.ask(client, "w\(number % 10)", "wait=30")
            return client
        }
        #expect(eventually { live.parkedRequests == 1000 })
        live.stop()
        for client in clients {
            let reply = try client.receive()
            #expect(reply.text == "[]")
            #expect(reply.closes)
        }
        #expect(live.service.live.readers == 0)
        #expect(live.parkedRequests == 0)
        #expect(live.openConnections == 0)
    }

    @Test func aLogThatAnswersLaterIsWaitedForToo() throws {
        let answers = TestAnswers()
        let live = try LiveFixture(deferred: answers)
        let pump = DeferredPump(answers)
        try live.append()
        let client = try live.connect()
        for id in 2...20 {
            try live.ask(client, "w", "since=\(id - 1)&wait=30")
            try live.append()
            #expect(try client.receive().text.hasPrefix("[{\"id\":\(id),"))
        }
        pump.stop()
    }

    /// An append races with the park in every round: the appender waits for nothing. Time stands still, so a wake-up that
    /// is lost is a client that times out.
    @Test func noWakeUpIsLostWhenAnAppendRacesWithThePark() throws {
        let live = try LiveFixture()
        let rounds = 1500
        let clients = try (0..<4).map { _ in try live.connect(limitSeconds: 30) }
        let seen = Mutex([Int](repeating: 0, count: clients.count))
        let appender = try live.connect()
        let done = DispatchGroup()
        for (index, client) in zip(0..., clients.map(Unchecked.init)) {
            done.enter()
            Thread.detachNewThread {
                defer { done.leave() }
                var last = 0
                while last < rounds {
                    guard (try? live.ask(client.value, "w", "since=\(last)&wait=30")) != nil,
                        let reply = try? client.value.receive(), let latest = reply.header("Activity-Next"),
                        let next = Int(latest.split(separator: "-").last ?? "")
                    else { return }
                    last = next
                    seen.withLock { $0[index] = next }
                }
            }
        }
        let body = "{\"workspace_id\":\"w\",\"kind\":\"k\"}"
        for _ in 0..<rounds {
            try appender.send(
                "POST /events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nPrefer: return=minimal\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            _ = try appender.receive()
        }
        done.wait()
        #expect(seen.withLock { $0 } == [Int](repeating: rounds, count: clients.count))
    }
}

/// SAFETY: the one thread that it is handed to is the only one that uses the value.
private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
}
