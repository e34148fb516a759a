internal import ActivityLog

/// A clock that stands still, so that two runs do the same.
struct FixedClock: LogClock {
    let wall: Int64 = 1_714_217_775_123_456
    let steady: Int64 = 86_400_000_000
}
