import Foundation
import TestSupport
import Testing

/// Arguments and environment arrive wherever the daemon is started.
@Suite struct ProgramStartTests {
    /// Runs `script` in a mount name space of its own, in which nothing is at /proc.
    private static func withoutProc(_ script: String, _ arguments: String...) throws -> ChildProcess {
        let hidden = "mount -t tmpfs none /proc && test ! -e /proc/self && " + script
        return try ChildProcess(
            "unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", hidden, BuiltBinary.path] + arguments)
    }

    /// Whether the kernel lets this process make such a name space.
    private static let canHideProc: Bool = {
        guard let probe = try? withoutProc("true") else { return false }
        return (try? probe.waitForExit()) == .status(0)
    }()

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(.enabled(if: canHideProc, "no name spaces here")) func argumentsAreSeenWithoutProc() throws {
        let version = try Self.withoutProc(#"exec "$0" --version"#)
        #expect(try version.waitForExit() == .status(0))
        #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(version.output)\(version.errors)")

        let file = try directory.write("sever: {}\n", to: "bad.yaml")
        let check = try Self.withoutProc(#"exec "$0" check "$1""#, file)
        #expect(try check.waitForExit() == .status(1))
        #expect(check.errors.hasPrefix("\(file):1:1: error: unknown key 'sever'"), "\(check.errors)")

        let mistake = try Self.withoutProc(#"exec "$0" --no-such-flag"#)
        #expect(try mistake.waitForExit() == .status(64))
        #expect(mistake.errors.contains("Usage: activityd"))
    }

    @Test(.enabled(if: canHideProc, "no name spaces here")) func theDaemonServesWithoutProc() throws {
        let file = try directory.write("server: {listen: '127.0.0.1:0'}\n", to: "activityd.yaml")
        let serve = try Self.withoutProc(#"ACTIVITYD_SERVER_WORKERS=1 exec "$0" --config "$1""#, file)
        let line = try serve.waitForErrorLine(containing: " listening address=")
        let address = try #require(line.firstMatch(of: /address=(\S+)/)?.output.1)
        #expect(try Curl.append(to: "http://\(address)").status == 201)
        serve.signal(SIGTERM)
        #expect(try serve.waitForExit() == .status(0))
    }

    @Test func argumentsAreSeenAfterALibraryHasChangedTheEnvironment() throws {
        let source = try directory.write(
            """
            #include <stdlib.h>
            __attribute__((constructor)) static void change() { setenv("ACTIVITYD_SERVER_WORKERS", "3", 1); }
            """, to: "change.cpp")
        let library = "\(directory.path)/change.so"
        let compiler = try ChildProcess("g++", ["-shared", "-fPIC", "-o", library, source])
        try #require(try compiler.waitForExit() == .status(0), "\(compiler.errors)")
        let check = try ChildProcess(BuiltBinary.path, ["check", "--print"], environment: ["LD_PRELOAD": library])
        #expect(try check.waitForExit() == .status(0))
        #expect(check.output.contains("  workers: 3\n"), "\(check.output)\(check.errors)")
    }
}
