package import ActivityLog

/// The `observability` section: log lines of the daemon, and the default of the event logs.
package struct ObservabilityConfig: Sendable, Equatable {
    /// The least severe log line that is written.
    package var logLevel = LogLevel.info
    /// How the log of a workspace is kept where no override matches.
    package var eventLog = EventLogConfig()

    /// All defaults.
    package init() {}
}

/// An `event_log` section: how one log is kept.
package struct EventLogConfig: Sendable, Equatable {
    /// Where its events are kept; may name a backend that this build keeps elsewhere (``BackendKind/substitute``).
    package var backend = BackendKind.memory
    /// Seconds after which an event is evicted.
    package var ttlSeconds = LogBounds.defaultTTLSeconds
    /// Most events kept.
    package var maxEntries = LogBounds.defaultMaxEntries
    /// Most bytes of events kept, in their wire form.
    package var maxBytes = LogBounds.defaultMaxBytes

    /// All defaults.
    package init() {}

    /// The same as the core takes it.
    package var policy: LogPolicy {
        LogPolicy(
            backend: backend, bounds: LogBounds(ttlSeconds: ttlSeconds, maxEntries: maxEntries, maxBytes: maxBytes))
    }
}

/// The least severe log line that the daemon writes, least severe first; the names are those of swift-log.
package enum LogLevel: String, CaseIterable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical

    /// Reads a level as a person writes it: surrounding white space and letter case do not matter.
    /// Nil for a name that no level has.
    package init?(name: String) {
        self.init(rawValue: name.trimmingWhitespace().lowercased())
    }
}
