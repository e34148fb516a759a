import ActivityConfig
import ActivityLog
import ActivityServer
import DaemonSupport
import Glibc
import Logging
import MemoryBudget
import MicroHTTP

/// The daemon from its configuration to its exit: wires the rooms together, starts them, and stops them in good order.
struct Daemon {
    let config: DaemonConfig
    let logger: Logger

    /// Serves until the first request to stop has been carried out.
    func run(until signals: consuming ShutdownSignals) throws(DaemonError) {
        let notifier = ServiceNotifier.fromEnvironment()
        let budget = memoryBudget()
        let logs = EventLogs(
            policies: config.eventLogs, maxWorkspaces: config.server.maxWorkspaces, clock: SystemClock(),
            memory: EventMemory(budget: budget), notify: tell)
        let service = ActivityService(
            logs: logs,
            limits: ActivityServerLimits(
                maxEventBytes: config.server.maxEventBytes, maxBodyBytes: config.server.maxBodyBytes,
                maxPageEvents: config.server.maxPageEvents),
            liveLimits: liveLimits, logger: logger)
        let maintenance = Maintenance(logs)
        let loops = config.server.workers > 0 ? config.server.workers : HTTPServer.availableCores()
        guard maintenance.start(), service.live.start(loops: loops) else {
            service.live.stop()
            throw DaemonError.cannotStartThreads
        }
        let server: HTTPServer
        do throws(HTTPServerError) {
            server = try HTTPServer(configuration: httpConfiguration(budget), log: log) { _ in
                ActivityResponder(service: service)
            }
            try server.start()
        } catch {
            service.live.stop()
            throw DaemonError.cannotServe(error)
        }
        for address in config.server.listen where !address.isLoopback {
            logger.warning(
                "anyone who reaches this address can read, append and clear: there is no access control yet",
                metadata: ["address": "\(address)"])
        }
        let addresses = server.addresses.map(\.description).joined(separator: ",")
        for address in server.addresses { logger.info("listening", metadata: ["address": "\(address)"]) }
        notifier.ready(status: "serving on \(addresses)")

        let request = signals.wait()
        logger.info(
            "stopping", metadata: ["signal": "\(request)", "grace_seconds": "\(config.server.shutdownGraceSeconds)"])
        notifier.stopping(status: "finishing requests in flight")
        service.beginDraining()
        server.beginDraining()
        service.live.stop()
        service.endAppends()
        server.drainAndStop(grace: .seconds(config.server.shutdownGraceSeconds))
        maintenance.stop()
        logger.info("stopped")
    }

    private var liveLimits: LiveLimits {
        LiveLimits(
            maxReaders: config.server.maxLiveReaders, maxReadersPerWorkspace: config.server.maxLiveReadersPerWorkspace,
            maxReadersPerIP: config.server.maxLiveReadersPerIP, streamSeconds: config.server.streamSeconds,
            heartbeatSeconds: config.server.heartbeatSeconds)
    }

    /// What clients can make the daemon hold, and where that number comes from.
    private func memoryBudget() -> MemoryBudget {
        let configured = config.server.maxMemoryBytes
        let allowance = MemoryAllowance.read()
        let limit = configured > 0 ? configured : allowance.half
        logger.info(
            "memory bound",
            metadata: [
                "max_memory_bytes": "\(limit)",
                "from": configured > 0 ? "the configuration" : "half of the \(allowance.source.rawValue)",
            ])
        if limit > allowance.bytes {
            logger.warning(
                "max_memory_bytes is more than the process may use",
                metadata: ["may_use": "\(allowance.bytes)", "of": "\(allowance.source.rawValue)"])
        }
        return MemoryBudget(limit: limit)
    }

    private func httpConfiguration(_ budget: MemoryBudget) -> HTTPServerConfiguration {
        let server = config.server
        let listeners: [HTTPListener] = server.listen.map { address in
            switch address {
            case .tcp(let host, let port): .tcp(host: host, port: port)
            case .unix(let path, let mode): .unix(path: path, mode: UInt16(mode))
            }
        }
        let limits = HTTPLimits(
            maxConnections: server.maxConnections, maxConnectionsPerIP: server.maxConnectionsPerIP,
            maxBodyBytes: server.maxBodyBytes, headTimeout: .seconds(server.headTimeoutSeconds),
            bodyTimeout: .seconds(server.bodyTimeoutSeconds), replyTimeout: .seconds(server.replyTimeoutSeconds),
            idleTimeout: .seconds(server.idleTimeoutSeconds))
        var configuration = HTTPServerConfiguration(listeners: listeners, limits: limits)
        configuration.budget = budget
        configuration.workers = server.workers
        return configuration
    }

    /// Logs what a store has to say.
    private var tell: @Sendable (StoreNotice) -> Void {
        { [logger] notice in
            switch notice {
            case .workspacesNearlyFull(let count, let limit):
                logger.warning(
                    "most of the workspaces that max_workspaces allows are there",
                    metadata: ["workspaces": "\(count)", "max_workspaces": "\(limit)"])
            case .workspacesFull(let limit):
                logger.warning(
                    "new workspaces are refused: all that max_workspaces allows are in use",
                    metadata: ["max_workspaces": "\(limit)"])
            case .eventsGivenUp(let limit):
                logger.warning(
                    "the oldest events of the largest logs are given up to stay within max_memory_bytes",
                    metadata: ["max_memory_bytes": "\(limit)"])
            }
        }
    }

    private var log: HTTPServerLog {
        { [logger] level, text in
            switch level {
            case .debug: logger.debug("\(text)")
            case .warning: logger.warning("\(text)")
            case .error: logger.error("\(text)")
            }
        }
    }
}
