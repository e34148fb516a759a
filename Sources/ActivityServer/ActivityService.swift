package import ActivityLog
package import Logging
private import Synchronization

/// What all workers share: the way to the logs, the live readers, the limits, and whether the daemon is going down.
package final class ActivityService: Sendable {
    /// The way to the logs.
    let gate: AccessGate
    package let limits: ActivityServerLimits
    /// Streams and long-polls.
    package let live: LiveDelivery
    let logger: Logger
    /// Whether each request is logged: looked up once, since asking a log handler costs more than a poll.
    let logsRequests: Bool
    private let draining = Atomic(false)

    /// Brings the parts together. The logger's level is read here and not again.
    package init(
        logs: EventLogs, limits: ActivityServerLimits = ActivityServerLimits(),
        liveLimits: LiveLimits = LiveLimits(), logger: Logger
    ) {
        self.limits = limits
        live = LiveDelivery(logs: logs, limits: liveLimits)
        gate = AccessGate(logs: logs, live: live)
        self.logger = logger
        logsRequests = logger.logLevel <= .debug
    }

    /// Whether `/readyz` still says yes.
    var isReady: Bool { !draining.load(ordering: .relaxed) }

    /// Makes `/readyz` answer 503 from now on; requests are served as before.
    package func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }
}
