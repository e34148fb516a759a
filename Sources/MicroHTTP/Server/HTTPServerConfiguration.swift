package import MemoryBudget

/// What a server is made with. What can be changed while it runs is in ``limits``.
package struct HTTPServerConfiguration: Sendable {
    /// Addresses to listen on, at least one.
    package var listeners: [HTTPListener]
    /// Limits and deadlines at the start.
    package var limits: HTTPLimits
    /// Worker threads; 0 takes one for each core that the process may use.
    package var workers = 0
    /// Memory of a connection, which holds the request head and the answer's; a longer head gets 431, or 414. From
    /// 4 KiB to 32 KiB: the library zeroes 1.5 times as much for each request, and maps what is larger.
    package var maxHeadBytes = 16_384
    /// Connections that the kernel may hold ready to be accepted, for each listener.
    package var backlog: Int32 = 4096
    /// Is told of every request when it is over; nil costs nothing.
    package var observer: (any HTTPObserver)?
    /// What bodies, replies and connections are counted in, and what bounds them together; nil bounds nothing.
    package var budget: MemoryBudget?
    /// Milliseconds on a clock that never goes back; read a few times a second. Tests put their own here.
    package var now: @Sendable () -> UInt64 = ServerClock.systemMilliseconds
    /// How often that clock is read, and so how exactly deadlines are kept.
    package var tick: Duration = .milliseconds(250)

    /// A configuration without an observer and without a budget.
    package init(listeners: [HTTPListener], limits: HTTPLimits) {
        self.listeners = listeners
        self.limits = limits
    }
}

/// The limits and deadlines of a server, which ``HTTPServer/apply(_:)`` swaps at run time. The defaults are the daemon's
/// configuration's.
package struct HTTPLimits: Sendable, Equatable {
    /// Open connections in all, streams included; the next one gets a 503. At least 1.
    package var maxConnections: Int
    /// Open connections of one IPv4 address or one IPv6 /64; the next one gets a 503. 0 sets no such limit.
    package var maxConnectionsPerIP: Int
    /// The longest request body that is kept. Up to four times as much is read and thrown away, for a 413 that keeps
    /// the connection; what is longer still gets a 413 that closes it.
    package var maxBodyBytes: Int
    /// From accept, or from the request line on a kept connection, to the end of the head; then 408.
    package var headTimeout: Duration
    /// From the end of the head to the end of the body, however steadily it trickles; then 408.
    package var bodyTimeout: Duration
    /// How long a client may read nothing of its reply; and how long it may read at less than 4 KiB a second. Then the
    /// connection is cut. Requests that wait for their answer have no such deadline, and streams have their own.
    package var replyTimeout: Duration
    /// How long a kept connection may wait for its next request; then it is closed.
    package var idleTimeout: Duration

    /// Sets all of them.
    package init(
        maxConnections: Int, maxConnectionsPerIP: Int, maxBodyBytes: Int, headTimeout: Duration, bodyTimeout: Duration,
        replyTimeout: Duration, idleTimeout: Duration
    ) {
        self.maxConnections = maxConnections
        self.maxConnectionsPerIP = maxConnectionsPerIP
        self.maxBodyBytes = maxBodyBytes
        self.headTimeout = headTimeout
        self.bodyTimeout = bodyTimeout
        self.replyTimeout = replyTimeout
        self.idleTimeout = idleTimeout
    }
}

/// Limits as the workers and the sweeper read them: never changed, replaced as a whole.
final class ServerSettings: Sendable {
    let deadlines: Deadlines
    let maxBodyBytes: Int
    /// Bodies longer than this end the connection.
    let hardBodyBytes: Int

    init(_ limits: HTTPLimits) {
        deadlines = Deadlines(
            head: limits.headTimeout.milliseconds, body: limits.bodyTimeout.milliseconds,
            reply: limits.replyTimeout.milliseconds, idle: limits.idleTimeout.milliseconds)
        maxBodyBytes = limits.maxBodyBytes
        let (hard, overflows) = limits.maxBodyBytes.multipliedReportingOverflow(by: 4)
        hardBodyBytes = overflows ? .max : hard
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 0.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return UInt64(seconds) * 1000 + UInt64(fraction)
    }
}
