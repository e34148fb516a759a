import Foundation

/// A running `activityd`, started from the built binary with a config file of its own.
///
/// Ready means what a supervisor and an operator see: `READY=1` on the notification socket and a `listening` line for
/// the address. The process is killed when the last reference goes.
package final class DaemonProcess: Sendable {
    /// The process under test.
    package let process: ChildProcess
    /// Where its config file is; a place for Unix sockets.
    package let directory: TemporaryDirectory
    /// What the supervisor's end received; `READY=1` has been taken from it by the time that the init returns.
    package let supervisor: DatagramReceiver
    /// `host:port` of the first listening address, as the daemon reports it.
    package let address: String

    /// A config that sets nothing.
    package static let emptyConfig = "server: {}\n"

    /// Starts the daemon and waits until it is ready.
    ///
    /// - Parameters:
    ///   - binary: The program.
    ///   - config: The text of the config file.
    ///   - arguments: What follows `serve --config FILE`.
    ///   - environment: What is added to the environment.
    ///   - seconds: The limit for becoming ready.
    /// - Throws: ``ChildProcess/Failure`` with all that the daemon printed when it does not become ready.
    package init(
        binary: String = BuiltBinary.path, config: String = emptyConfig,
        arguments: [String] = ["--listen", "127.0.0.1:0"],
        environment: [String: String] = [:], readyWithin seconds: Double = 20
    ) throws {
        directory = try TemporaryDirectory()
        let file = try directory.write(config, to: "activityd.yaml")
        supervisor = try DatagramReceiver(address: "\(directory.path)/notify")
        let own = ["NOTIFY_SOCKET": supervisor.address]
        process = try ChildProcess(
            binary, ["serve", "--config", file] + arguments,
            environment: own.merging(environment) { _, added in added })
        let line = try process.waitForErrorLine(containing: " listening address=", within: seconds)
        let value = line.firstRange(of: "address=").map { line[$0.upperBound...].prefix { $0 != " " } } ?? ""
        address = value.trimmingCharacters(in: ["\""])
        guard let ready = supervisor.receive(within: seconds), ready.hasPrefix("READY=1\n") else {
            throw ChildProcess.Failure.timedOut(waitingFor: "READY=1", output: process.errors)
        }
    }

    /// `http://` and the address.
    package var url: String { "http://\(address)" }

    /// Asks the daemon to stop and waits for it; a daemon in order ends with `.status(0)`.
    @discardableResult
    package func stop(within seconds: Double = 20) throws -> ChildProcess.Exit {
        process.signal(SIGTERM)
        return try process.waitForExit(within: seconds)
    }

    /// The number of descriptors that the daemon has open.
    package var openDescriptors: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processID)/fd").count
        }
    }

    /// The daemon's resident memory in bytes.
    package var residentBytes: Int {
        get throws {
            // The second field of statm(5) counts resident pages.
            let fields = try String(contentsOfFile: "/proc/\(process.processID)/statm", encoding: .utf8).split(
                separator: " ")
            return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
        }
    }
}
