import Foundation
import TestSupport
import Testing

/// What the binary prints and returns without serving.
@Suite struct CommandLineTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func versionIsOneLineOnStandardOutput() throws {
        let run = try Run(["--version"])
        #expect(run.exit == .status(0))
        #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        #expect(run.errors.isEmpty)
    }

    @Test func helpNamesTheSubcommands() throws {
        let run = try Run(["--help"])
        #expect(run.exit == .status(0))
        #expect(run.output.contains("USAGE: activityd"))
        #expect(run.output.contains("serve") && run.output.contains("check"))
    }

    @Test(arguments: [
        ["--no-such-flag"], ["serve", "--no-such-flag"], ["check", "--no-such-flag"], ["serve", "--listen"],
    ])
    func aMistakeOnTheCommandLineIsStatus64WithUsage(arguments: [String]) throws {
        let run = try Run(arguments)
        #expect(run.exit == .status(64))
        #expect(run.errors.contains("Usage: activityd"))
        #expect(run.output.isEmpty)
    }

    @Test func checkFindsNothingInTheShippedConfig() throws {
        let run = try Run(["check", "\(BuiltBinary.sourceRoot)/config/activityd.yaml"])
        #expect(run.exit == .status(0))
        #expect(run.errors.isEmpty)
    }

    @Test func checkReportsEveryFindingWithItsPlaceAndFails() throws {
        let file = try directory.write("server:\n  max_conections: 7\n  workers: many\n", to: "bad.yaml")
        let run = try Run(["check", file])
        #expect(run.exit == .status(1))
        #expect(run.errors.contains("\(file):2:3: error: "))
        #expect(run.errors.contains("\(file):3:12: error: "))
        #expect(run.errors.contains("max_connections"))
    }

    @Test func aBrokenConfigIsRefusedWithItsPlaceLineAndCaret() throws {
        let file = try directory.write("server:\n  listen: [127.0.0.1:0\n", to: "broken.yaml")
        let run = try Run(["serve", "--config", file])
        #expect(run.exit == .status(78))
        let pattern = try Regex("\(NSRegularExpression.escapedPattern(for: file)):\\d+:\\d+: error: .+\\n.*\\n *\\^")
        #expect(run.errors.firstMatch(of: pattern) != nil, "\(run.errors)")
    }

    @Test func aConfigFileThatDoesNotExistIsRefusedByName() throws {
        let file = "\(directory.path)/none.yaml"
        let run = try Run(["serve", "--config", file])
        #expect(run.exit == .status(78))
        #expect(run.errors.contains(file))
    }

    @Test func anAddressInUseIsRefusedByName() throws {
        let daemon = try DaemonProcess()
        let run = try Run(["serve", "--listen", daemon.address])
        #expect(run.exit == .status(1))
        #expect(run.errors.contains(daemon.address))
        #expect(run.errors.lowercased().contains("in use"))
    }

    /// The binary run to its end.
    private struct Run {
        let exit: ChildProcess.Exit
        let output: String
        let errors: String

        init(_ arguments: [String]) throws {
            let process = try ChildProcess(BuiltBinary.path, arguments)
            exit = try process.waitForExit()
            output = process.output
            errors = process.errors
        }
    }
}
