private import ActivityLog

/// All keys, in the order of the configuration file: the source of truth for the loader, the environment overrides,
/// `check --print`, and (held to it by tests) `config/activityd.yaml` and `docs/configuration.md`.
///
/// Defaults are the initial values of the properties, see ``DaemonConfig``. The keys of `observability.event_log`
/// are also those of `workspaces.PATTERN.event_log`.
package enum ConfigSchema {
    /// The path of the `event_log` section.
    static let eventLogPath = "observability.event_log"

    /// The section that maps patterns to overrides; its keys are the operator's, so it has no row.
    static let workspacesPath = "workspaces"

    /// The keys of an `event_log` section.
    static let eventLogKeys = keys.filter { $0.section == eventLogPath }

    /// The row that the command line can override too.
    static let listen = ConfigKey(
        path: "server.listen", field: .addresses(\.server.listen),
        summary: "Addresses to listen on.")

    /// One row per key.
    package static let keys: [ConfigKey] = [
        listen,
        ConfigKey(
            path: "server.workers", field: .integer(\.server.workers, .count, 0...1024),
            summary: "Event-loop threads, and as many for live readers; 0 means one per core."),
        ConfigKey(
            path: "server.max_connections", field: .integer(\.server.maxConnections, .count, 1...1_000_000),
            summary: "Most open connections; one more is answered 503 and closed."),
        ConfigKey(
            path: "server.max_connections_per_ip", field: .integer(\.server.maxConnectionsPerIP, .count, 0...1_000_000),
            summary: "Most open connections of one client address; 0 means no limit but max_connections."),
        ConfigKey(
            path: "server.max_body_bytes", field: .integer(\.server.maxBodyBytes, .bytes, 1...(1 << 30)),
            summary: "Largest body of a request; a larger one is answered 413."),
        ConfigKey(
            path: "server.max_event_bytes", field: .integer(\.server.maxEventBytes, .bytes, 1...(8 << 20)),
            summary: "Largest event; a request with a larger one is refused."),
        ConfigKey(
            path: "server.max_page_events", field: .integer(\.server.maxPageEvents, .count, 1...1_000_000),
            summary: "Most events in one answer; the header Activity-More says that there are more."),
        ConfigKey(
            path: "server.max_workspaces", field: .integer(\.server.maxWorkspaces, .count, 1...10_000_000),
            summary: "Most workspaces; an append that needs one more is answered 507."),
        ConfigKey(
            path: "server.max_memory_bytes", field: .integer(\.server.maxMemoryBytes, .bytes, 0...(1 << 50)),
            summary: "Most memory for events, bodies, replies and readers; 0 means half of what the process may use."),
        ConfigKey(
            path: "server.max_live_readers", field: .integer(\.server.maxLiveReaders, .count, 1...1_000_000),
            summary: "Most live readers: streams, and requests that wait; one more is answered 503."),
        ConfigKey(
            path: "server.max_live_readers_per_workspace",
            field: .integer(\.server.maxLiveReadersPerWorkspace, .count, 0...1_000_000),
            summary: "Most live readers of one workspace; 0 means no limit but max_live_readers."),
        ConfigKey(
            path: "server.max_live_readers_per_ip",
            field: .integer(\.server.maxLiveReadersPerIP, .count, 0...1_000_000),
            summary: "Most live readers of one client address; 0 means no limit but max_live_readers."),
        ConfigKey(
            path: "server.stream_seconds", field: .integer(\.server.streamSeconds, .seconds, 1...86_400),
            summary: "Time after which a stream ends, less up to a fifth by chance; its reader comes back."),
        ConfigKey(
            path: "server.heartbeat_seconds", field: .integer(\.server.heartbeatSeconds, .seconds, 1...3600),
            summary: "Time without an event after which a stream gets a heartbeat."),
        ConfigKey(
            path: "server.head_timeout_seconds", field: .integer(\.server.headTimeoutSeconds, .seconds, 1...3600),
            summary: "Time in which the head of a request has to arrive in full."),
        ConfigKey(
            path: "server.body_timeout_seconds", field: .integer(\.server.bodyTimeoutSeconds, .seconds, 1...3600),
            summary: "Time in which the body of a request has to arrive in full; after it the answer is 408."),
        ConfigKey(
            path: "server.reply_timeout_seconds", field: .integer(\.server.replyTimeoutSeconds, .seconds, 1...3600),
            summary: "Time that a client may read nothing, or less than 4 KiB a second, of its reply."),
        ConfigKey(
            path: "server.idle_timeout_seconds", field: .integer(\.server.idleTimeoutSeconds, .seconds, 1...86_400),
            summary: "Time that a connection may wait for its next request."),
        ConfigKey(
            path: "server.shutdown_grace_seconds", field: .integer(\.server.shutdownGraceSeconds, .seconds, 0...3600),
            summary: "Time that requests in flight get at a stop; 0 cuts them off."),
        ConfigKey(
            path: "observability.log_level", field: .logLevel(\.observability.logLevel),
            summary: "Least severe log line that is written; one line a request is written at debug."),
        ConfigKey(
            path: "observability.event_log.backend", field: .backend(\.observability.eventLog.backend),
            summary: "Where the events of a workspace are kept."),
        ConfigKey(
            path: "observability.event_log.ttl_seconds",
            field: .integer(\.observability.eventLog.ttlSeconds, .seconds, 1...LogBounds.longestTTLSeconds),
            summary: "Age at which an event is evicted."),
        ConfigKey(
            path: "observability.event_log.max_entries",
            field: .integer(\.observability.eventLog.maxEntries, .count, 1...1_000_000_000),
            summary: "Most events kept of a workspace; the oldest go first."),
        ConfigKey(
            path: "observability.event_log.max_bytes",
            field: .integer(\.observability.eventLog.maxBytes, .bytes, 1...(1 << 40)),
            summary: "Most bytes of events kept of a workspace, as they go on the wire; the oldest go first."),
    ]
}
