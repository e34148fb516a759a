import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// The thread of a loop: commands, reports to its driver, the stop.
@Suite struct StreamLoopTests {
    private static let line = String(repeating: "0123456789abcdef", count: 1 << 14) + "\n"

    /// Sends lines until one does not fit; returns how many.
    @Sendable private static func fill(_ stream: StreamID, of streams: StreamTable) -> Int {
        let chunk = StreamChunk(text: line)
        var count = 1
        while streams.send(chunk, to: stream) == .sent { count += 1 }
        return count
    }

    private func makeLoop(tick: UInt64 = 250) throws -> StreamLoop<ScriptedDriver> {
        try #require(StreamLoop<ScriptedDriver>(tick: tick))
    }

    // MARK: Commands

    @Test func commandsOfManyThreadsArriveOnceAndInTheOrderOfEach() throws {
        let loop = try makeLoop()
        let arrived = Mutex<[[Int]]>(Array(repeating: [], count: 8))
        #expect(loop.start { ScriptedDriver(journal: .init()) })
        onThreads(8) { thread in
            for number in 0..<5000 { loop.send { _, _ in arrived.withLock { $0[thread].append(number) } } }
        }
        // What was sent before the stop is carried out before it.
        loop.stop()
        #expect(arrived.withLock { $0 } == Array(repeating: Array(0..<5000), count: 8))
    }

    @Test func commandsSentBeforeTheStartAreKept() throws {
        let loop = try makeLoop()
        let arrived = Mutex<[Int]>([])
        for number in 0..<10 { #expect(loop.send { _, _ in arrived.withLock { $0.append(number) } }) }
        #expect(loop.start { ScriptedDriver(journal: .init()) })
        #expect(eventually { arrived.withLock { $0.count } == 10 })
        loop.stop()
        #expect(arrived.withLock { $0 } == Array(0..<10))
    }

    @Test func aCommandIsCarriedOutOrRefusedHoweverItRacesWithTheStop() throws {
        for _ in 0..<50 {
            let loop = try makeLoop()
            let (taken, carriedOut) = (Counter(), Counter())
            #expect(loop.start { ScriptedDriver(journal: .init()) })
            onThreads(4) { thread in
                if thread == 0 {
                    while taken.value == 0 {}
                    loop.stop()
                } else {
                    while loop.send({ _, _ in carriedOut.increment() }) { taken.increment() }
                }
            }
            #expect(carriedOut.value == taken.value)
        }
    }

    @Test func aStoppedLoopRefusesCommandsAndDoesNotStartAgain() throws {
        let journal = ScriptedDriver.Journal()
        let loop = try makeLoop()
        #expect(loop.start { ScriptedDriver(journal: journal) })
        #expect(!loop.start { ScriptedDriver(journal: journal) })
        loop.stop()
        loop.stop()
        #expect(!loop.send { _, _ in })
        #expect(!loop.start { ScriptedDriver(journal: journal) })
        #expect(journal.heard.stops == 1)
        let neverStarted = try makeLoop()
        neverStarted.stop()
        #expect(!neverStarted.start { ScriptedDriver(journal: journal) })
    }

    @Test func theDriverIsToldOfTheTimeWhenItNeedsTo() throws {
        let server = try StreamServer(tick: 1)
        try server.onLoop { driver, _ in driver.needsTicks = true }
        #expect(eventually { server.journal.heard.ticks > 10 })
        try server.onLoop { driver, _ in driver.needsTicks = false }
        let client = try server.connect()
        _ = try server.open(client)
        let before = server.journal.heard.ticks
        // An open stream needs it, too.
        #expect(eventually { server.journal.heard.ticks > before + 10 })
        withExtendedLifetime(client) {}
    }

    @Test func workIsDoneTurnByTurnAndCommandsAreTakenBetween() throws {
        let server = try StreamServer(tick: 60_000)
        let order = Mutex<[String]>([])
        // The server must not be dropped on its loop's thread.
        let loop = server.loop
        try server.onLoop { driver, _ in
            for number in 1...3 {
                driver.pieces.append { driver, _ in
                    order.withLock { $0.append("piece \(number)") }
                    loop.send { _, _ in order.withLock { $0.append("command \(number)") } }
                }
            }
        }
        #expect(eventually { order.withLock { $0.count } == 6 })
        #expect(
            order.withLock { $0 } == ["piece 1", "command 1", "piece 2", "command 2", "piece 3", "command 3"])
    }

    // MARK: Reports

    @Test func aChunkThatDidNotFitIsReportedOnceWhenThePeerHasReadOn() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        for round in 1...3 {
            let count = try server.onLoop { Self.fill(stream, of: $1) }
            #expect(server.journal.heard.caughtUp.count == round - 1)
            for _ in 0..<count { #expect(try client.receive(through: "\n") == Self.line) }
            #expect(eventually { server.journal.heard.caughtUp.count == round })
        }
        #expect(server.journal.heard.caughtUp == [stream, stream, stream])
        #expect(server.journal.heard.ended == [])
    }

    @Test(arguments: [false, true])
    func aPeerThatLeavesIsReportedOnce(waits: Bool) throws {
        let server = try StreamServer()
        var client: RawHTTPClient? = try server.connect()
        let stream = try server.open(#require(client))
        let other = try server.connect()
        _ = try server.open(other)
        if waits { _ = try server.onLoop { Self.fill(stream, of: $1) } }
        client = nil
        #expect(eventually { server.journal.heard.ended == [stream] })
        #expect(try server.onLoop { $1.count } == 1)
        #expect(server.journal.heard.ended == [stream])
        withExtendedLifetime(other) {}
    }

    @Test func whoSaysThatItSendsNothingMoreHasLeft() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client)
        client.finishSending()
        #expect(eventually { server.journal.heard.ended == [stream] })
        #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK"))
        #expect(try client.receiveToEnd() == "")
    }

    // MARK: The stop

    @Test func bytesThatWaitAtTheStopReachAPeerThatReads() throws {
        let server = try StreamServer(lastBytes: 60_000)
        let client = try server.connect()
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        let count = try server.onLoop { driver, streams in
            driver.lastWords = { $0.end(stream) }
            return Self.fill(stream, of: streams)
        }
        Thread.detachNewThread { server.loop.stop() }
        for _ in 0..<count { #expect(try client.receive(through: "\n") == Self.line) }
        #expect(try client.receiveToEnd() == "")
    }

    @Test func bytesThatNobodyReadsDoNotHoldUpTheStop() throws {
        let server = try StreamServer(lastBytes: 10)
        let client = try server.connect()
        let stream = try server.open(client)
        _ = try server.onLoop { driver, streams in
            driver.lastWords = { $0.end(stream) }
            return Self.fill(stream, of: streams)
        }
        server.loop.stop()
        #expect(try client.receiveToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    @Test func streamsThatTheDriverLeavesOpenAreCutByTheStop() throws {
        let server = try StreamServer()
        let clients = try (0..<20).map { _ in try server.connect() }
        for client in clients { _ = try server.open(client) }
        server.loop.stop()
        for client in clients { #expect(try client.receiveToEnd().hasSuffix("\r\n\r\n")) }
        #expect(server.journal.heard.stops == 1)
        #expect(server.journal.heard.ended == [])
    }
}

private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}
