import ActivityConfig
import ArgumentParser
import MicroHTTP

/// `activityd check`: everything that is wrong with a configuration, at once.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Report everything that is wrong with a configuration; exit 1 if anything is.",
        discussion: """
            Strict: what the daemon would warn of and go on with is an error here. The environment is read as the daemon \
            reads it, and names of hosts are looked up.
            """)

    @Argument(help: "The configuration file. Default: $ACTIVITYD_CONFIG, else the installed one, else the defaults.")
    var file: String?

    @Flag(help: "Print the configuration that would be in effect, as YAML that loads again to the same.")
    var print = false

    func run() throws {
        let environment = ProgramStart.environment
        let check = ConfigCheck(
            path: ConfigLocation.find(option: file, environment: environment), environment: environment,
            resolve: HostResolution.init(of:))
        if self.print, let config = check.config {
            Swift.print(config.yaml, terminator: "")
            if !check.passed { StandardError.write(check.report) }
        } else if check.passed {
            Swift.print(check.report)
        } else {
            StandardError.write(check.report)
        }
        if !check.passed { throw ExitCode(1) }
    }
}

extension HostResolution {
    /// Looks `host` up as the server does when it starts.
    init(of host: String) {
        do throws(HostName.Failure) {
            _ = try HostName.addresses(of: host)
            self = .found
        } catch {
            self = error.isTemporary ? .unavailable(error.reason) : .unknown(error.reason)
        }
    }
}
