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
    let notifier: ServiceNotifier

    /// Serves until the first request to stop has been carried out; `chores` are done every few seconds meanwhile.
    func run(
        until signals: consuming ShutdownSignals, maintaining chores: [@Sendable () -> Void]
    ) throws(DaemonError) {
        _ = memoryBound()
        let workspaces = WorkspaceRegistry(
            policies: config.eventLogs, limit: config.server.maxWorkspaces, clock: SystemClock())
        let service = ActivityService(
            workspaces: workspaces,
            limits: ActivityServerLimits(
                maxEventBytes: config.server.maxEventBytes, maxPageEvents: config.server.maxPageEvents),
            liveLimits: liveLimits, logger: logger)
        let maintenance = Maintenance([{ workspaces.evictExpired() }] + chores)
        guard maintenance.start(), service.live.start(loops: loops) else {
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
        for address in config.server.listen where !address.isLoopback {
            logger.warning(
                "anyone who reaches this address can read, append and clear: there is no access control yet",
                metadata: ["address": "\(address)"])
        }
        let addresses = server.addresses.map(\.description).joined(separator: ",")
        for address in server.addresses { logger.info("listening", metadata: address.metadata) }
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

    /// The bytes of memory that the daemon keeps to; says how many, and where that comes from. Call it once.
    private func memoryBound() -> Int {
        // A thread maps 8 MiB for its stack, and malloc 64 MiB for it: both little used.
        let threads = 3 + 2 * loops
        let allowance = MemoryAllowance.ofThisProcess(reserving: threads * (72 << 20))
        let configured = config.server.maxMemoryBytes
        if configured > allowance.bytes {
            logger.warning(
                "server.max_memory_bytes is more than the process may use",
                metadata: ["bytes": "\(configured)", "limit": "\(allowance.bytes)", "from": "\(allowance.limit)"])
        }
        let bound = configured > 0 ? configured : allowance.defaultBound
        let origin = configured > 0 ? "server.max_memory_bytes" : "half of \(allowance.limit)"
        logger.info("memory bound", metadata: ["bytes": "\(bound)", "from": "\(origin)"])
        return bound
    }

    /// Event loops, and as many loops of live readers.
    private var loops: Int { config.server.workers > 0 ? config.server.workers : HTTPServer.availableCores() }

    private var liveLimits: LiveLimits {
        LiveLimits(
            maxReaders: config.server.maxLiveReaders, maxReadersPerWorkspace: config.server.maxLiveReadersPerWorkspace,
            maxReadersPerIP: config.server.maxLiveReadersPerIP, streamSeconds: config.server.streamSeconds,
            heartbeatSeconds: config.server.heartbeatSeconds)
    }

    private var httpConfiguration: HTTPServerConfiguration {
        let server = config.server
        var configuration = HTTPServerConfiguration(
            listeners: server.listen.map { address in
                switch address {
                case .tcp(let host, let port): .tcp(host: host, port: port)
                case .unix(let path, let mode): .unix(path: path, mode: UInt16(mode))
                }
            })
        configuration.workers = server.workers
        configuration.maxConnections = server.maxConnections
        configuration.maxConnectionsPerIP = server.maxConnectionsPerIP
        configuration.maxBodyBytes = server.maxBodyBytes
        configuration.headTimeout = .seconds(server.headTimeoutSeconds)
        configuration.bodyTimeout = .seconds(server.bodyTimeoutSeconds)
        configuration.idleTimeout = .seconds(server.idleTimeoutSeconds)
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

extension HTTPBoundAddress {
    /// The address, and of a Unix socket who may connect.
    fileprivate var metadata: Logger.Metadata {
        guard case .unix(let path) = self, let access = FileAccess(path: path) else { return ["address": "\(self)"] }
        return [
            "address": "\(self)", "mode": "\(access.mode)", "owner": "\(access.owner)", "group": "\(access.group)",
        ]
    }
}
