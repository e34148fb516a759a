package import ActivityLog

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
