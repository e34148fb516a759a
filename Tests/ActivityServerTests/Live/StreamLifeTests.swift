import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// How streams live and end: heartbeats, slow readers, readers that leave, the stop.
@Suite struct StreamLifeTests {
    @Test func aQuietStreamGetsHeartbeats() throws {
        let live = try LiveFixture()
        let events = try live.stream()
        let lines = try live.tail()
        for _ in 0..<3 {
            live.loopClock.advance(seconds: 15)
            #expect(try events.receive(through: "\n\n") == ":\n\n")
            #expect(try lines.receive(through: "\n") == "\n")
        }
    }

    @Test func aBusyStreamGetsNone() throws {
        let live = try LiveFixture()
        let reader = try live.stream()
        for _ in 0..<5 {
            live.loopClock.advance(seconds: 14)
            try live.append()
            #expect(try reader.event().first?.hasPrefix("id: ") == true)
        }
    }

    @Test func aStreamEndsWhenItHasLastedLongEnough() throws {
        let live = try LiveFixture(limits: LiveLimits(streamSeconds: 100))
        let reader = try live.stream()
        live.loopClock.advance(seconds: 79)
        #expect(try reader.receive(through: "\n\n") == ":\n\n")
        live.loopClock.advance(seconds: 22)
        _ = try reader.receiveToEnd()
        #expect(eventually { live.service.live.readers == 0 })
    }

    @Test func aReaderThatLeavesIsForgotten() throws {
        let live = try LiveFixture()
        var readers = try (0..<20).map { try live.stream("w\($0 % 3)") }
        #expect(live.service.live.readers == 20)
        #expect(eventually { live.service.live.topics.count == 3 })
        readers = []
        #expect(eventually { live.service.live.readers == 0 && live.service.live.topics.count == 0 })
        _ = readers
    }

    @Test func aReaderThatStopsReadingIsCutAfterAMinute() throws {
        let live = try LiveFixture()
        let reader = try live.stream()
        let filler = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        // More than the socket's buffers take.
        for _ in 0..<200 { try live.append(payload: filler) }
        #expect(live.service.live.readers == 1)
        live.loopClock.advance(seconds: 61)
        #expect(eventually { live.service.live.readers == 0 })
        withExtendedLifetime(reader) {}
    }

    @Test func aSlowReaderCatchesUpFromTheLog() throws {
        let live = try LiveFixture()
        let reader = try live.stream()
        let filler = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        for _ in 0..<150 { try live.append(payload: filler) }
        for id in 1...150 { #expect(try reader.event()[1].hasPrefix("data: {\"id\":\(id),")) }
        try live.append()
        #expect(try reader.ids(1) == [151])
    }

    @Test func aSlowReaderThatEvictionOvertakesIsToldOfTheGap() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 10))
        let reader = try live.stream()
        let filler = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        for _ in 0..<200 { try live.append(payload: filler) }
        var seen = 0
        var missed = 0
        while seen < 200 {
            let event = try reader.event()
            if event[0] == "event: gap" {
                let number = event[2].firstMatch(of: /"missed":(\d+),"oldest":(\d+)/)
                let gap = try #require(number)
                missed += Int(gap.output.1) ?? 0
                seen += Int(gap.output.1) ?? 0
                #expect(Int(gap.output.2) == seen + 1)
            } else {
                seen += 1
                #expect(event[1].hasPrefix("data: {\"id\":\(seen),"))
            }
        }
        #expect(missed > 0)
    }

    @Test func otherReadersAreNotHeldUpByASlowOne() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 10))
        let slow = try live.stream()
        let quick = try live.stream()
        let filler = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        for id in 1...100 {
            try live.append(payload: filler)
            #expect(try quick.event()[1].hasPrefix("data: {\"id\":\(id),"))
        }
        withExtendedLifetime(slow) {}
    }

    @Test func theStopEndsStreamsAndSpreadsTheirReturn() throws {
        let live = try LiveFixture()
        let readers = try (0..<50).map { _ in try live.stream() }
        let tail = try live.tail()
        live.stop()
        var pauses: Set<String> = []
        for reader in readers {
            let rest = try reader.receiveToEnd()
            #expect(rest.hasPrefix("retry: ") && rest.hasSuffix("\n\n"))
            pauses.insert(rest)
        }
        #expect(pauses.count > 4)
        #expect(try tail.receiveToEnd() == "")
        #expect(live.service.live.readers == 0)
    }

    @Test func aStreamIsRefusedWhereNoLoopRuns() throws {
        let live = try LiveFixture(startsLoops: false)
        let client = try live.connect()
        try live.ask(client, accept: "text/event-stream")
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.text.contains("\"code\":\"draining\""))
    }

    @Test func aLogThatAnswersLaterStreamsToo() throws {
        let answers = TestAnswers()
        let live = try LiveFixture(deferred: answers)
        let pump = DeferredPump(answers)
        try live.append(2)
        let reader = try live.stream()
        #expect(try reader.ids(2) == [1, 2])
        try live.append()
        #expect(try reader.ids(1) == [3])
        pump.stop()
    }

    // MARK: NDJSON

    @Test func aTailIsAnEventALine() throws {
        let live = try LiveFixture()
        try live.append(2)
        let reader = try live.tail("w", "since=1&wait=stream")
        #expect(try reader.receive(through: "\n").hasPrefix("{\"id\":2,"))
        try live.append()
        #expect(try reader.receive(through: "\n").hasPrefix("{\"id\":3,"))
    }

    @Test func aTailTellsGapsAndResetsInLines() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 3))
        try live.append(10)
        let late = try live.tail("w", "since=2&wait=stream")
        #expect(try late.receive(through: "\n") == "{\"gap\":{\"missed\":5,\"oldest\":8}}\n")
        #expect(try late.receive(through: "\n").hasPrefix("{\"id\":8,"))
        let lost = try live.tail("w", "since=aaaaaaaaaa-2&wait=stream")
        #expect(
            try lost.receive(through: "\n") == "{\"reset\":{\"epoch\":\"\(try live.epoch())\",\"oldest\":8}}\n")
        #expect(try lost.receive(through: "\n").hasPrefix("{\"id\":8,"))
    }

    @Test func aTailNeedsItsForm() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try live.ask(client, "w", "wait=stream", accept: "application/json")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains("application/x-ndjson"))
    }
}
