package import MicroHTTP

extension HTTPServerConfiguration {
    /// A configuration whose limits no test meets by accident.
    package init(listeners: [HTTPListener]) {
        self.init(
            listeners: listeners,
            limits: HTTPLimits(
                maxConnections: 10_000, maxConnectionsPerIP: 0, maxBodyBytes: 8 << 20, headTimeout: .seconds(10),
                bodyTimeout: .seconds(30), replyTimeout: .seconds(30), idleTimeout: .seconds(75)))
    }
}
