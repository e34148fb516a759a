private import Glibc

/// The kernel's clocks: `CLOCK_REALTIME`, and `CLOCK_BOOTTIME` for ages. Each reading is one vDSO call, no system call.
package struct SystemClock: LogClock {
    /// Makes a clock; it has no state.
    package init() {}

    package var wall: Int64 { Self.read(CLOCK_REALTIME) }

    package var steady: Int64 { Self.read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Neither clock can fail on a Linux that this compiler supports; a zero time stamp would be the harmless result.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
