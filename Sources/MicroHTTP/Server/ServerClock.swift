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

/// The time in which the process did not run: stopped by a signal, or on a machine that was suspended. It is no time in
/// which a client has failed to send.
struct LostTime {
    /// Beyond a tick, a thread may be late by this much, in milliseconds, on a busy machine.
    private static let patience: UInt64 = 1000

    private var last: UInt64?
    private var lost: UInt64 = 0

    /// Notes that a tick is carried out at `now`, `tick` after the last one if all is well; returns what was lost so far.
    mutating func note(_ now: UInt64, tick: UInt64) -> UInt64 {
        let late = last.map { now &- min(now, $0 + tick) } ?? 0
        if late > Self.patience { lost += late }
        last = now
        return lost
    }
}
