import ActivityConfig
import ActivityLog
import ActivityServer
import DaemonSupport
import Glibc
import Logging
import MicroHTTP

/// The daemon from its configuration to its exit: wires the rooms together, starts them, and stops them in good order.
struct Daemon {
    let config: DaemonConfig
    let logger: Logger

    /// Serves until the first request to stop has been carried out.
    func run(until signals: consuming ShutdownSignals) throws(DaemonError) {
        let notifier = ServiceNotifier.fromEnvironment()
        let workspaces = WorkspaceRegistry(
            policies: config.eventLogs, limit: config.server.maxWorkspaces, clock: SystemClock())
        let service = ActivityService(
            workspaces: workspaces,
            limits: ActivityServerLimits(
                maxEventBytes: config.server.maxEventBytes, maxPageEvents: config.server.maxPageEvents),
            liveLimits: liveLimits, logger: logger)
        guard service.live.start(loops: config.server.workers > 0 ? config.server.workers : HTTPServer.availableCores())
        else {
            service.live.stop()
            throw DaemonError.cannotStartThreads
        }
        let server: HTTPServer
        do throws(HTTPServerError) {
            server = try HTTPServer(configuration: httpConfiguration, log: log) { _ in
                ActivityResponder(service: service)
            }
            try server.start()
        } catch {
            service.live.stop()
            throw DaemonError.cannotServe(error)
        }
        let maintenance = Maintenance(workspaces: workspaces)
        maintenance.start()
        for address in config.server.listen where !address.isLoopback {
            logger.warning(
                "anyone who reaches this address can read, append and clear: there is no access control yet",
                metadata: ["address": "\(address)"])
        }
        let addresses = server.addresses.map(\.description).joined(separator: ",")
        for address in server.addresses { logger.info("listening", metadata: ["address": "\(address)"]) }
        ProcessCode.release()
        notifier.ready(status: "serving on \(addresses)")

        let request = signals.wait()
        logger.info(
            "stopping", metadata: ["signal": "\(request)", "grace_seconds": "\(config.server.shutdownGraceSeconds)"])
        notifier.stopping(status: "finishing requests in flight")
        service.beginDraining()
        server.beginDraining()
        service.live.stop()
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

    private var httpConfiguration: HTTPServerConfiguration {
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
        configuration.workers = server.workers
        return configuration
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
