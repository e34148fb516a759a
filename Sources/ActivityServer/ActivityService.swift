package import ActivityLog
package import Logging
internal import Problems
private import Synchronization

/// What all workers share: the way to the logs, the live readers, the limits, and whether the daemon is going down.
package final class ActivityService: Sendable {
    /// The way to the logs.
    let gate: AccessGate
    /// The limits in force.
    let settings: SettingsSource
    /// Streams and long-polls.
    package let live: LiveDelivery
    let logger: Logger
    /// Whether each request is logged: looked up once, since asking a log handler costs more than a poll.
    let logsRequests: Bool
    private let phase = Atomic(Phase.serving)

    /// How far the daemon's stop is.
    private enum Phase: UInt8, AtomicRepresentable {
        case serving
        case draining
        /// Streams have ended: nobody would see what is appended.
        case ended
    }

    /// Brings the parts together. The logger's level is read here and not again.
    package init(
        logs: EventLogs, limits: ActivityServerLimits = ActivityServerLimits(),
        liveLimits: LiveLimits = LiveLimits(), logger: Logger
    ) {
        settings = SettingsSource(Settings(limits: limits, live: liveLimits))
        live = LiveDelivery(logs: logs, settings: settings)
        gate = AccessGate(logs: logs, live: live)
        self.logger = logger
        logsRequests = logger.logLevel <= .debug
    }

    /// Puts other settings in force, while requests are served: each goes by those that it began with.
    package func apply(_ settings: Settings) { self.settings.apply(settings) }

    /// Whether `/readyz` still says yes.
    var isReady: Bool { phase.load(ordering: .relaxed) == .serving }

    /// Whether events are taken. One load.
    var takesAppends: Bool { phase.load(ordering: .relaxed) != .ended }

    /// Makes `/readyz` answer 503 from now on; requests are served as before.
    package func beginDraining() {
        phase.store(.draining, ordering: .relaxed)
    }

    /// Answers appends with 503 from now on. After streams have ended, which would not have shown them.
    package func endAppends() {
        phase.store(.ended, ordering: .relaxed)
    }
}

extension Problem {
    /// The daemon goes down and takes nothing of this kind any more.
    static var draining: Problem { Problem(.draining, "the daemon is stopping; try again on a new connection") }
}
