import ActivityConfig
import ArgumentParser
import DaemonSupport
import Glibc
import Logging

/// `activityd serve`: the daemon.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve until SIGTERM or SIGINT (the default).",
        discussion: """
            The first SIGTERM or SIGINT finishes what is in flight and exits 0; a second one exits at once. Every key of \
            the configuration can be set in the environment, too: ACTIVITYD_SERVER_MAX_CONNECTIONS and so on.
            """)

    @Option(
        name: [.short, .long],
        help: "The configuration file. Default: $ACTIVITYD_CONFIG, else the installed one, else the defaults.")
    var config: String?

    @Option(
        name: [.short, .long], parsing: .singleValue,
        help: ArgumentHelp(
            "Listen here instead of where the configuration says; may be given several times.",
            discussion: "127.0.0.1:8790, [::1]:8790, localhost:0, unix:/run/activityd/activityd.sock",
            valueName: "address"))
    var listen: [String] = []

    func run() throws {
        // First of all: every thread inherits the mask.
        let signals = ShutdownSignals.block()
        let environment = ProgramStart.environment
        let notifier = ServiceNotifier(socketAddress: environment["NOTIFY_SOCKET"])
        let format = LogFormat.suiting(descriptor: STDERR_FILENO, journalStream: environment["JOURNAL_STREAM"])
        let config: DaemonConfig
        let warnings: [ConfigDiagnostic]
        do throws(ConfigError) {
            (config, warnings) = try DaemonConfig.load(
                path: ConfigLocation.find(option: self.config, environment: environment), environment: environment,
                listen: listen, resolve: HostResolution.init(of:))
        } catch {
            StandardError.write(error.diagnostics, format: format)
            notifier.failed(status: "not started: \(error.summary)", errno: EINVAL)
            throw ExitCode(ExitStatus.configuration)
        }
        let handler = StandardErrorLogHandler(
            level: Logger.Level(config.observability.logLevel), format: format, output: LineOutput())
        let logger = Logger(label: "activityd") { _ in handler }
        for warning in warnings { logger.warning("\(warning.message)", metadata: ["at": "\(warning.location)"]) }
        do throws(DaemonError) {
            try Daemon(config: config, logger: logger, notifier: notifier).run(
                until: signals, maintaining: [handler.reportDropped])
        } catch {
            logger.error("\(error)")
            notifier.failed(status: "\(error)", errno: error.code)
            throw ExitCode(error.exitStatus)
        }
    }
}

extension Logger.Level {
    /// The level of the same name.
    fileprivate init(_ level: LogLevel) {
        switch level {
        case .trace: self = .trace
        case .debug: self = .debug
        case .info: self = .info
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
