/// What bounds live readers: streams, and requests that wait.
package struct LiveLimits: Sendable {
    /// Most live readers at once.
    package var maxReaders: Int
    /// Most live readers of one workspace; 0 sets no such limit.
    package var maxReadersPerWorkspace: Int
    /// Most live readers of one IPv4 address or one IPv6 /64; 0 sets no such limit.
    package var maxReadersPerIP: Int
    /// Seconds after which a stream ends at the latest, so that readers spread anew over daemons.
    package var streamSeconds: Int
    /// Seconds without an event after which a stream gets a heartbeat.
    package var heartbeatSeconds: Int

    /// The defaults of the configuration.
    package init(
        maxReaders: Int = 10_000, maxReadersPerWorkspace: Int = 0, maxReadersPerIP: Int = 0,
        streamSeconds: Int = 3600, heartbeatSeconds: Int = 15
    ) {
        self.maxReaders = maxReaders
        self.maxReadersPerWorkspace = maxReadersPerWorkspace
        self.maxReadersPerIP = maxReadersPerIP
        self.streamSeconds = streamSeconds
        self.heartbeatSeconds = heartbeatSeconds
    }
}
