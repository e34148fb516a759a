/// Where a log takes its time from. Injected, so that tests move time instead of waiting for it.
package protocol LogClock: Sendable {
    /// Microseconds since the Unix epoch, for time stamps that people read. It may step in either direction.
    var wall: Int64 { get }
    /// Microseconds of a clock that never steps and goes on while the machine sleeps, for ages. Its zero is arbitrary.
    ///
    /// Ages never come from ``wall``: after a step forwards that would lose every event, after a step back it would
    /// keep some for ever.
    var steady: Int64 { get }
}
