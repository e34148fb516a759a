internal import ActivityLog
private import Synchronization

/// A clock that moves only when a test moves it.
package final class ManualClock: LogClock {
    private let state = Mutex((wall: Int64(1_714_217_775_123_456), steady: Int64(1_000_000_000)))

    /// Starts at 2024-04-27 11:36:15.123456 UTC.
    package init() {}

    package var wall: Int64 { state.withLock { $0.wall } }
    package var steady: Int64 { state.withLock { $0.steady } }

    /// Lets time pass on both clocks.
    package func advance(seconds: Double) {
        state.withLock {
            $0.wall += Int64(seconds * 1_000_000)
            $0.steady += Int64(seconds * 1_000_000)
        }
    }

    /// Steps the wall clock alone, as an administrator or NTP does.
    package func stepWall(seconds: Double) {
        state.withLock { $0.wall += Int64(seconds * 1_000_000) }
    }
}
