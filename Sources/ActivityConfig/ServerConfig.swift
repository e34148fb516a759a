/// The `server` section: sockets, limits and timeouts.
package struct ServerConfig: Sendable, Equatable {
    /// Where to listen. Never empty.
    package var listen = [ListenAddress.tcp(host: "127.0.0.1", port: 8790)]
    /// Event-loop threads, and as many for live readers; 0 means one per core.
    package var workers = 0
    /// Most open connections over all addresses.
    package var maxConnections = 10_000
    /// Most open connections of one client address; 0 means no such limit.
    package var maxConnectionsPerIP = 0
    /// Most bytes of a request's body.
    package var maxBodyBytes = 8 << 20
    /// Most bytes of one event in its wire form.
    package var maxEventBytes = 256 << 10
    /// Most events in one answer.
    package var maxPageEvents = 10_000
    /// Most workspaces that exist at once.
    package var maxWorkspaces = 100_000
    /// Most bytes that are held for clients; 0 means half of what the process may use.
    package var maxMemoryBytes = 0
    /// Most live readers at once: streams, and requests that wait.
    package var maxLiveReaders = 10_000
    /// Most live readers of one workspace; 0 means no such limit.
    package var maxLiveReadersPerWorkspace = 0
    /// Most live readers of one client address; 0 means no such limit.
    package var maxLiveReadersPerIP = 0
    /// Seconds after which a stream ends at the latest.
    package var streamSeconds = 3600
    /// Seconds without an event after which a stream gets a heartbeat.
    package var heartbeatSeconds = 15
    /// Seconds in which the head of a request has to arrive.
    package var headTimeoutSeconds = 10
    /// Seconds in which the body of a request has to arrive.
    package var bodyTimeoutSeconds = 30
    /// Seconds that a client may read nothing of its reply.
    package var replyTimeoutSeconds = 30
    /// Seconds that a connection may wait for its next request.
    package var idleTimeoutSeconds = 75
    /// Seconds that requests in flight get at a stop; 0 cuts them off.
    package var shutdownGraceSeconds = 10

    /// All defaults.
    package init() {}
}
