import Foundation
import TestSupport
import Testing

/// `make install` and `make uninstall` into a directory of their own.
@Suite(.serialized) struct InstallTests {
    let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
    }

    @Test func theInstalledBinaryServesWithTheInstalledConfig() throws {
        try make("install")
        let binary = "\(root.path)/usr/local/bin/activityd"
        let config = "\(root.path)/etc/activityd/activityd.yaml"
        // No PATH, no HOME: nothing of the toolchain is in reach by name.
        let process = try ChildProcess(
            binary, ["serve", "--config", config, "--listen", "127.0.0.1:0"], environment: ["PATH": "", "HOME": "/"])
        let line = try process.waitForErrorLine(containing: " listening address=")
        let address = try #require(line.firstMatch(of: /address=(\S+)/)?.output.1)
        #expect(try Curl.append(to: "http://\(address)").status == 201)
        process.signal(SIGTERM)
        #expect(try process.waitForExit() == .status(0))
    }

    @Test func theInstalledBinaryNeedsNoLibraryOfTheToolchain() throws {
        try make("install")
        let ldd = try ChildProcess("ldd", ["\(root.path)/usr/local/bin/activityd"])
        #expect(try ldd.waitForExit() == .status(0))
        #expect(ldd.output.contains("libmicrohttpd"))
        for foreign in ["swift", "Foundation", "dispatch", "BlocksRuntime", "not found"] {
            #expect(!ldd.output.contains(foreign), "\(ldd.output)")
        }
    }

    @Test func theUnitNamesTheInstalledBinaryWithoutTheStagingDirectory() throws {
        try make("install", "PREFIX=/opt/activityd")
        let unit = try String(
            contentsOfFile: "\(root.path)/opt/activityd/lib/systemd/system/activityd.service", encoding: .utf8)
        #expect(
            unit.contains("\nExecStart=/opt/activityd/bin/activityd serve --config /etc/activityd/activityd.yaml\n"))
        #expect(!unit.contains(root.path))
    }

    @Test func anExistingConfigIsKept() throws {
        try make("install")
        try root.write("server: {}\n", to: "etc/activityd/activityd.yaml")
        try make("install")
        try make("uninstall")
        #expect(
            try String(contentsOfFile: "\(root.path)/etc/activityd/activityd.yaml", encoding: .utf8) == "server: {}\n")
    }

    @Test func uninstallLeavesNothingButTheConfig() throws {
        try make("install")
        try make("uninstall")
        let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        let plain = files.filter { file in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root.path)/\(file)", isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
        #expect(plain == ["etc/activityd/activityd.yaml"])
    }

    /// Runs a target on the release binary that `make test` has built.
    ///
    /// It cannot be built from here: `swift test` holds the lock of the build folder until its tests have run, and a
    /// `swift build` below it would wait for that for ever.
    private func make(_ target: String, _ variables: String...) throws {
        try run(
            ["--question", ".build/release/.activityd-built"],
            orSay: "the release binary is missing or older than its sources: run `make release`, or `make test`")
        try run([target, "DESTDIR=\(root.path)"] + variables, orSay: "make \(target) failed")
    }

    private func run(_ arguments: [String], orSay complaint: String) throws {
        let make = try ChildProcess("make", ["-C", BuiltBinary.sourceRoot] + arguments)
        let exit = try make.waitForExit(within: 60)
        try #require(exit == .status(0), "\(complaint)\n\(make.output)\(make.errors)")
    }
}
