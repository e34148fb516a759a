package import MemoryBudget

/// Addresses, limits and deadlines of a server.
package struct HTTPServerConfiguration: Sendable {
    /// Addresses to listen on, at least one.
    package var listeners: [HTTPListener]
    /// Worker threads; 0 takes one for each core that the process may use.
    package var workers = 0
    /// Open connections in all; the next one gets a 503. At least 1.
    package var maxConnections = 10_000
    /// Open connections of one IPv4 address or one IPv6 /64; the next one gets a 503. 0 sets no such limit.
    package var maxConnectionsPerIP = 0
    /// From accept, or from the request line on a kept connection, to the end of the head; then 408.
    package var headTimeout: Duration = .seconds(10)
    /// From the end of the head to the end of the body, however steadily it trickles; then 408.
    package var bodyTimeout: Duration = .seconds(30)
    /// How long a kept connection may wait for its next request; then it is closed.
    package var idleTimeout: Duration = .seconds(75)
    /// Memory of a connection, which holds the request head and the answer's; a longer head gets 431, or 414. From
    /// 4 KiB to 32 KiB: the library zeroes 1.5 times as much for each request, and maps what is larger.
    package var maxHeadBytes = 16_384
    /// The longest request body that is kept. Up to four times as much is read and thrown away, for a 413 that keeps
    /// the connection; what is longer still gets a 413 that closes it.
    package var maxBodyBytes = 8 * 1024 * 1024
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

    /// A configuration with default limits.
    package init(listeners: [HTTPListener]) { self.listeners = listeners }

    var deadlines: Deadlines {
        Deadlines(
            head: headTimeout.milliseconds, body: bodyTimeout.milliseconds, idle: idleTimeout.milliseconds)
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
