/// The `observability` section: log lines of the daemon, and the default of the event logs.
package struct ObservabilityConfig: Sendable, Equatable {
    /// The least severe log line that is written.
    package var logLevel = LogLevel.info
    /// How the log of a workspace is kept where no override matches.
    package var eventLog = EventLogConfig()

    /// All defaults.
    package init() {}
}
