import Dispatch
import PosixThreads
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct PeriodicThreadTests {
    /// Released with the round that holds it, which is with the end of the thread.
    private final class Token: Sendable {}

    @Test func theWorkIsRepeatedWithItsState() throws {
        let thirdRound = DispatchSemaphore(value: 0)
        let thread = try start(everyMilliseconds: 1) {
            var rounds = 0
            return {
                rounds += 1
                if rounds == 3 { thirdRound.signal() }
            }
        }
        thirdRound.wait()
        thread.stop()
    }

    @Test func aStopEndsALongPauseAtOnceAndJoins() throws {
        weak var token: Token?
        let thread = try start(everyMilliseconds: .max, holding: &token)
        #expect(token != nil)
        thread.stop()
        #expect(token == nil)
    }

    @Test func aThreadThatNobodyHoldsEnds() throws {
        weak var token: Token?
        do { _ = try start(everyMilliseconds: .max, holding: &token) }
        #expect(token == nil)
    }

    @Test func aStopWaitsForTheRoundThatRuns() throws {
        let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let hasEnded = Mutex(false)
        let thread = try start(everyMilliseconds: 1) {
            return {
                begun.signal()
                goOn.wait()
                hasEnded.withLock { $0 = true }
            }
        }
        begun.wait()
        for _ in 0..<1000 { goOn.signal() }
        thread.stop()
        #expect(hasEnded.withLock { $0 })
    }

    @Test func aSecondStopDoesNothing() throws {
        let thread = try start(everyMilliseconds: .max) { return {} }
        thread.stop()
        thread.stop()
    }

    private func start(
        everyMilliseconds milliseconds: Int32, _ makeRound: @escaping @Sendable () -> () -> Void
    ) throws -> PeriodicThread {
        let thread = PeriodicThread(everyMilliseconds: milliseconds, makeRound)
        return try #require(thread)
    }

    private func start(
        everyMilliseconds milliseconds: Int32, holding token: inout Token?
    ) throws -> PeriodicThread {
        let held = Token()
        token = held
        return try start(everyMilliseconds: milliseconds) { return { withExtendedLifetime(held) {} } }
    }
}
