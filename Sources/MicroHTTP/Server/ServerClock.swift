import Glibc
import Synchronization

/// The time as the request path sees it: two numbers that one thread refreshes several times a second, so that a
/// request costs no clock call. Both lag the truth by at most one tick.
final class ServerClock: Sendable {
    private let monotonic: Atomic<UInt64>
    private let wall: Atomic<Int>

    /// Starts at the given readings.
    init(milliseconds: UInt64, wallSeconds: Int) {
        monotonic = Atomic(milliseconds)
        wall = Atomic(wallSeconds)
    }

    /// Milliseconds on a clock that never goes back.
    var milliseconds: UInt64 { monotonic.load(ordering: .relaxed) }

    /// Seconds since the Unix epoch.
    var wallSeconds: Int { wall.load(ordering: .relaxed) }

    /// Moves on to new readings.
    func tick(milliseconds: UInt64, wallSeconds: Int) {
        monotonic.store(milliseconds, ordering: .relaxed)
        wall.store(wallSeconds, ordering: .relaxed)
    }
}

extension ServerClock {
    /// The kernel's monotonic clock.
    @Sendable static func systemMilliseconds() -> UInt64 {
        let time = read(CLOCK_MONOTONIC)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// The same in nanoseconds, for durations.
    static func systemNanoseconds() -> UInt64 {
        let time = read(CLOCK_MONOTONIC)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The kernel's wall clock.
    static func systemWallSeconds() -> Int { read(CLOCK_REALTIME).tv_sec }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
