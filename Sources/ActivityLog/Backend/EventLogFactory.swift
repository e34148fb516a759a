/// Builds the log that a policy asks for.
package struct EventLogFactory: Sendable {
    private let clock: any LogClock

    /// Makes a factory whose logs take their time from `clock`.
    package init(clock: any LogClock) {
        self.clock = clock
    }

    /// A new, empty log. O(1); opens nothing.
    package func makeLog(_ policy: LogPolicy) -> any EventLogBackend {
        switch policy.backend.substitute {
        case .disabled: DisabledEventLog(clock: clock)
        case .memory, .sqlite, .redis: InMemoryEventLog(bounds: policy.bounds, clock: clock)
        }
    }
}
