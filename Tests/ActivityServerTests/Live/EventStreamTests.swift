import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Streams of Server-Sent Events of one workspace, over real sockets.
@Suite struct EventStreamTests {
    @Test func aStreamBeginsWithWhatIsResidentAndGoesOnWithWhatIsAppended() throws {
        let live = try LiveFixture()
        try live.append(2)
        let reader = try live.stream()
        #expect(try reader.ids(2) == [1, 2])
        try live.append()
        let event = try reader.event()
        #expect(event[0] == "id: \(try live.epoch())-3")
        #expect(event[1].hasPrefix("data: {\"id\":3,\"timestamp\":"))
        #expect(event.count == 2)
        try live.append(3)
        #expect(try reader.ids(3) == [4, 5, 6])
    }

    @Test func theHeadSaysWhatAProxyNeeds() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, accept: "text/event-stream")
        let head = try client.receive(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
        for line in [
            "Connection: close", "Content-Type: text/event-stream", "Cache-Control: no-store", "X-Accel-Buffering: no",
            "Vary: Accept",
        ] { #expect(head.contains("\r\n\(line)\r\n"), "\(line)") }
        #expect(!head.contains("Content-Length"))
        #expect(try client.receive(through: "\n\n").hasPrefix("retry: "))
    }

    @Test func theConnectionOfAStreamIsNoLongerHTTPs() throws {
        let live = try LiveFixture()
        let reader = try live.stream()
        #expect(eventually { live.openConnections == 0 })
        try live.append()
        #expect(try reader.ids(1) == [1])
    }

    @Test func aStreamOfAnUnknownWorkspaceCreatesNothingAndGetsItsFirstEvent() throws {
        let live = try LiveFixture()
        let reader = try live.stream("new")
        #expect(eventually { live.service.live.topics.count == 1 })
        #expect(live.logs.workspaceCount == 0)
        try live.append(to: "new")
        #expect(try reader.ids(1) == [1])
    }

    @Test(arguments: ["since=1", "since=%TOKEN-1"])
    func aStreamBeginsBehindItsCursor(query: String) throws {
        let live = try LiveFixture()
        try live.append(3)
        let reader = try live.stream("w", query.replacing("%TOKEN", with: try live.epoch()))
        #expect(try reader.ids(2) == [2, 3])
    }

    @Test func theLastEventIDGoesBeforeTheCursorInTheURL() throws {
        let live = try LiveFixture()
        try live.append(4)
        let reader = try live.stream("w", "since=0", headers: "Last-Event-ID: \(try live.epoch())-3\r\n")
        #expect(try reader.ids(1) == [4])
    }

    @Test func aReaderWhoseEventsAreGoneIsToldHowManyFirst() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 3))
        try live.append(10)
        let reader = try live.stream("w", "since=2")
        let epoch = try live.epoch()
        #expect(
            try reader.event() == ["event: gap", "id: \(epoch)-7", "data: {\"missed\":5,\"oldest\":8}"])
        #expect(try reader.ids(3) == [8, 9, 10])
    }

    @Test func aReaderWithoutACursorHasMissedNothing() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 3))
        try live.append(10)
        #expect(try live.stream().ids(3) == [8, 9, 10])
    }

    @Test func aTokenOfAnotherEpochIsToldOfTheReset() throws {
        let live = try LiveFixture()
        try live.append(2)
        let reader = try live.stream("w", "since=aaaaaaaaaa-1")
        let epoch = try live.epoch()
        #expect(
            try reader.event()
                == ["event: reset", "id: \(epoch)-0", "data: {\"epoch\":\"\(epoch)\",\"oldest\":1}"])
        #expect(try reader.ids(2) == [1, 2])
    }

    @Test func aCursorBeyondTheNewestEventIsToldOfTheReset() throws {
        let live = try LiveFixture()
        try live.append(2)
        let reader = try live.stream("w", "since=9")
        #expect(try reader.event().first == "event: reset")
        #expect(try reader.ids(2) == [1, 2])
        try live.append()
        #expect(try reader.ids(1) == [3])
    }

    @Test func aCursorOfAWorkspaceThatIsGoneIsToldOfTheReset() throws {
        let live = try LiveFixture()
        let reader = try live.stream("w", "since=aaaaaaaaaa-7")
        #expect(try reader.event() == ["event: reset", "id: 0", "data: {\"oldest\":1}"])
        try live.append()
        #expect(try reader.ids(1) == [1])
    }

    @Test func onlyTheWantedKindsAreSent() throws {
        let live = try LiveFixture()
        try live.append(kind: "tool.invoked")
        try live.append(kind: "turn.started")
        let reader = try live.stream("w", "kind=tool.*")
        #expect(try reader.ids(1) == [1])
        try live.append(kind: "turn.ended")
        try live.append(kind: "tool.ended")
        #expect(try reader.ids(1) == [4])
    }

    @Test func anAgeLimitCountsForTheBeginningOnly() throws {
        let live = try LiveFixture()
        try live.append()
        live.logClock.advance(seconds: 100)
        try live.append()
        let reader = try live.stream("w", "since_secs=10")
        #expect(try reader.ids(1) == [2])
        live.logClock.advance(seconds: 100)
        try live.append()
        #expect(try reader.ids(1) == [3])
    }

    @Test func manyReadersGetEveryEventOnceAndInOrder() throws {
        let live = try LiveFixture()
        let readers = try (0..<50).map { _ in try live.stream() }
        for round in 0..<20 { try live.append(1 + round % 7) }
        let total = (0..<20).reduce(0) { $0 + 1 + $1 % 7 }
        for reader in readers { #expect(try reader.ids(total) == Array(1...total)) }
    }

    @Test func readersOfOtherWorkspacesGetNothing() throws {
        let live = try LiveFixture()
        let other = try live.stream("other")
        let reader = try live.stream("w")
        try live.append(5)
        #expect(try reader.ids(5) == [1, 2, 3, 4, 5])
        try live.append(to: "other")
        #expect(try other.ids(1) == [1])
    }

    @Test func aBatchOverSeveralWorkspacesReachesTheReadersOfEach() throws {
        let live = try LiveFixture()
        let readers = try ["a", "b"].map { try live.stream($0) }
        let client = try live.connect()
        let body = #"[{"workspace_id":"a","kind":"k"},{"workspace_id":"b","kind":"k"}]"#
        try client.send(
            "POST /events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
                + body)
        for reader in readers { #expect(try reader.ids(1) == [1]) }
    }

    @Test func aClearDoesNotDisturbAStream() throws {
        let live = try LiveFixture()
        try live.append(2)
        let reader = try live.stream()
        #expect(try reader.ids(2) == [1, 2])
        let client = try live.connect()
        try client.send("DELETE /workspaces/w/activity HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().status == 204)
        try live.append()
        #expect(try reader.ids(1) == [3])
    }

    @Test func aPageOfManyEventsComesWhole() throws {
        let live = try LiveFixture()
        for _ in 0..<10 { try live.append(1000) }
        #expect(try live.stream().ids(10_000) == Array(1...10_000))
    }

    @Test func anEventLargerThanAChunkComesWhole() throws {
        let live = try LiveFixture()
        let text = String(repeating: "x", count: 250_000)
        let reader = try live.stream()
        for _ in 0..<3 { try live.append(payload: "{\"text\":\"\(text)\"}") }
        for id in 1...3 {
            let event = try reader.event()
            #expect(event[1].hasPrefix("data: {\"id\":\(id),"))
            #expect(event[1].hasSuffix("x\"}}"))
        }
    }

    // MARK: Refusals

    @Test(arguments: ["limit=1", "before=3", "order=desc", "strict=1", "wait=5", "wait=stream"])
    func aParameterThatAStreamCannotHeedIsRefused(query: String) throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, "w", query, accept: "text/event-stream")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains("'\(query.prefix { $0 != "=" })' does not apply to a stream"))
    }

    @Test(arguments: ["x", "-1", "abc-1", "aaaaaaaaaa-"])
    func aLastEventIDThatIsNoneIsRefused(value: String) throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, accept: "text/event-stream", headers: "Last-Event-ID: \(value)\r\n")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains("Last-Event-ID is '\(value)'"))
    }

    @Test func aHeadOfAStreamIsAnswered() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try client.send("HEAD /workspaces/w/activity HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        let reply = try client.receive(toHead: true)
        #expect(reply.status == 200)
        #expect(reply.header("Content-Type") == "text/event-stream")
        #expect(live.service.live.readers == 0)
    }

    @Test func aReaderBeyondTheLimitIsRefusedUntilAnotherLeaves() throws {
        let live = try LiveFixture(limits: LiveLimits(maxReaders: 2))
        let first = try live.stream()
        var second: RawHTTPClient? = try live.stream("x")
        let third = try live.connect()
        try live.ask(third, accept: "text/event-stream")
        let reply = try third.receive()
        #expect(reply.status == 503)
        #expect(reply.header("Retry-After") == "1")
        #expect(reply.text.contains("\"code\":\"too-many-readers\""))
        #expect(second != nil)
        second = nil
        #expect(eventually { live.service.live.readers == 1 })
        _ = try live.stream()
        try live.append()
        #expect(try first.ids(1) == [1])
    }

    @Test func theLimitsOfAWorkspaceAndOfAnAddressCount() throws {
        let narrow = try LiveFixture(limits: LiveLimits(maxReadersPerWorkspace: 1))
        let first = try narrow.stream("a")
        _ = try narrow.stream("b")
        let second = try narrow.connect()
        try narrow.ask(second, "a", accept: "text/event-stream")
        #expect(try second.receive().text.contains("workspace a has its 1 live readers"))

        let lonely = try LiveFixture(limits: LiveLimits(maxReadersPerIP: 1))
        let only = try lonely.stream("a")
        let other = try lonely.connect()
        try lonely.ask(other, "b", "wait=5")
        #expect(try other.receive().text.contains("this address has its 1 live readers"))
        withExtendedLifetime((first, only)) {}
    }
}
