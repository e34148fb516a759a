import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// The loop of streams with a driver that always has something to do.
@Suite struct BusyLoopTests {
    /// What a busy driver has seen.
    private final class Journal: Sendable {
        let commands = Mutex<[Int]>([])
        private let ticks = Atomic(0)
        private let turns = Atomic(0)
        private let stopped = Atomic(false)

        var hasStopped: Bool { stopped.load(ordering: .relaxed) }

        var tickCount: Int { ticks.load(ordering: .relaxed) }

        var turnCount: Int { turns.load(ordering: .relaxed) }

        func noteTick() { ticks.add(1, ordering: .relaxed) }

        func noteTurn() { turns.add(1, ordering: .relaxed) }

        func noteStop() { stopped.store(true, ordering: .relaxed) }
    }

    private final class BusyDriver: StreamDriver {
        private let journal: Journal

        init(_ journal: Journal) { self.journal = journal }

        var needsTicks: Bool { true }
        var hasWork: Bool { true }

        func receive(_ commands: [Int], on streams: StreamTable) { journal.commands.withLock { $0 += commands } }
        func work(on streams: StreamTable) { journal.noteTurn() }
        func tick(on streams: StreamTable) { journal.noteTick() }
        func stop(on streams: StreamTable) { journal.noteStop() }
        func streamCaughtUp(_ stream: StreamID, on streams: StreamTable) {}
        func streamEnded(_ stream: StreamID, on streams: StreamTable) {}
        func peerLeft(_ watch: UInt64, on streams: StreamTable) {}
    }

    @Test func workWithoutEndKeepsNeitherCommandsNorTheTimeNorTheStopFromBeingSeen() throws {
        let journal = Journal()
        let loop = try #require(StreamLoop<BusyDriver>(tick: 1))
        try #require(loop.start { BusyDriver(journal) })
        for number in 0..<100 { loop.send(number) }
        #expect(eventually { journal.commands.withLock { $0 } == Array(0..<100) })
        #expect(eventually { journal.tickCount > 3 })
        #expect(journal.turnCount > 0)
        loop.stop()
        #expect(journal.hasStopped)
    }

    @Test func aLoopThatBeginsToStopTakesNothingAndEndsByItself() throws {
        let journal = Journal()
        let loop = try #require(StreamLoop<BusyDriver>(tick: 1))
        try #require(loop.start { BusyDriver(journal) })
        loop.beginStopping()
        #expect(!loop.send(1))
        #expect(eventually { journal.hasStopped })
        loop.stop()
    }
}
