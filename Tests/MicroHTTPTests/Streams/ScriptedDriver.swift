import Synchronization

@testable import MicroHTTP

/// A driver that decides nothing: it runs what a test sends it, on the loop's thread, and notes what it hears.
final class ScriptedDriver: StreamDriver {
    typealias Command = @Sendable (ScriptedDriver, StreamTable) -> Void

    /// What a driver has heard; for the test's thread.
    final class Journal: Sendable {
        struct Heard {
            var caughtUp: [StreamID] = []
            var ended: [StreamID] = []
            var peersLeft: [UInt64] = []
            var ticks = 0
            var stops = 0
        }

        private let state = Mutex(Heard())

        /// All so far.
        var heard: Heard { state.withLock { $0 } }

        func note(_ change: (inout Heard) -> Void) { state.withLock { change(&$0) } }
    }

    /// The streams that were opened, oldest first; also those that have ended.
    var streams: [StreamID] = []
    var needsTicks = false
    /// Pieces of work that are left; one is done in a turn of the loop.
    var pieces: [Command] = []
    /// What is done at the stop.
    var lastWords: (StreamTable) -> Void = { _ in }
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func receive(_ commands: [Command], on streams: StreamTable) {
        for command in commands { command(self, streams) }
    }

    func streamCaughtUp(_ stream: StreamID, on streams: StreamTable) { journal.note { $0.caughtUp.append(stream) } }

    func streamEnded(_ stream: StreamID, on streams: StreamTable) { journal.note { $0.ended.append(stream) } }

    func peerLeft(_ watch: UInt64, on streams: StreamTable) { journal.note { $0.peersLeft.append(watch) } }

    func tick(on streams: StreamTable) { journal.note { $0.ticks += 1 } }

    var hasWork: Bool { !pieces.isEmpty }

    func work(on streams: StreamTable) { pieces.removeFirst()(self, streams) }

    func stop(on streams: StreamTable) {
        journal.note { $0.stops += 1 }
        lastWords(streams)
    }
}
