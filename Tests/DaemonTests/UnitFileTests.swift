import Foundation
import TestSupport
import Testing

/// `systemd/activityd.service`, judged by systemd itself.
@Suite struct UnitFileTests {
    static let path = "\(BuiltBinary.sourceRoot)/systemd/activityd.service"

    @Test func systemdRatesTheExposureAtTwoOrLower() throws {
        let run = try ChildProcess("systemd-analyze", ["security", "--offline=true", "--no-pager", Self.path])
        try run.waitForExit()
        let rating = run.output.firstMatch(of: /Overall exposure level for activityd\.service: (\d+\.\d+)/)
        let exposure = try #require(rating.flatMap { Double($0.output.1) }, "\(run.output)\(run.errors)")
        #expect(exposure <= 2.0)
    }

    @Test func systemdFindsNothingToWarnOf() throws {
        // The unit names the installed binary, which `verify` looks for.
        let unit = try String(contentsOfFile: Self.path, encoding: .utf8)
        let directory = try TemporaryDirectory()
        let installed = unit.replacing("/usr/local/bin/activityd", with: BuiltBinary.path)
        #expect(installed != unit)
        let run = try ChildProcess(
            "systemd-analyze", ["verify", try directory.write(installed, to: "activityd.service")])
        #expect(try run.waitForExit() == .status(0))
        #expect(run.errors + run.output == "")
    }

    @Test func systemdWaitsLongerForTheStopThanTheDaemonTakes() throws {
        let unit = try String(contentsOfFile: Self.path, encoding: .utf8)
        let config = try ChildProcess(BuiltBinary.path, ["check", "--print"])
        try config.waitForExit()
        let timeout = unit.firstMatch(of: /\nTimeoutStopSec=(\d+)s\n/).flatMap { Int($0.output.1) }
        let grace = config.output.firstMatch(of: /shutdown_grace_seconds: (\d+)/).flatMap { Int($0.output.1) }
        #expect(try #require(timeout) > #require(grace))
    }

    @Test func everyDirectiveIsExplained() throws {
        // A comment covers the block of directives under it, up to the next blank line.
        let unit = try String(contentsOfFile: Self.path, encoding: .utf8)
        let service = try #require(unit.split(separator: "[Service]").last?.split(separator: "[Install]").first)
        for block in service.split(separator: "\n\n") {
            #expect(block.trimmingCharacters(in: .newlines).hasPrefix("# "), "\(block)")
        }
    }
}
