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
        let documents = unit.matches(of: /file:(\/opt\/activityd\/share\/doc\/activityd\/[a-z]+\.md)/)
        #expect(documents.count == 2)
        for document in documents { #expect(FileManager.default.fileExists(atPath: root.path + document.output.1)) }
    }

    @Test(arguments: [
        ("/opt/activityd", true), ("/usr/local", false), ("/usr", false),
    ])
    func aUnitWhereSystemdDoesNotLookIsToldOf(prefix: String, isTold: Bool) throws {
        let output = try make("install", "PREFIX=\(prefix)")
        let note = "systemctl enable --now \(prefix)/lib/systemd/system/activityd.service\n"
        #expect(output.contains("systemd does not look in \(prefix)/lib/systemd/system") == isTold)
        #expect(output.contains(note) == isTold)
    }

    @Test func theUnitCanBePutElsewhere() throws {
        let output = try make("install", "PREFIX=/opt/activityd", "UNITDIR=/etc/systemd/system")
        #expect(FileManager.default.fileExists(atPath: "\(root.path)/etc/systemd/system/activityd.service"))
        #expect(!output.contains("systemd does not look"))
    }

    @Test func aProcessThatRunsTheBinaryFromBeforeIsToldOf() throws {
        #expect(!(try make("install").contains("still runs")))
        let process = try ChildProcess("\(root.path)/usr/local/bin/activityd", ["serve", "--listen", "127.0.0.1:0"])
        _ = try process.waitForErrorLine(containing: " listening address=")
        let output = try make("install")
        #expect(output.contains("process \(process.processID) still runs the binary from before: systemctl restart"))
    }

    /// A plain `swift build -c release` puts a binary there that needs the toolchain's libraries.
    @Test func aBinaryThatTheMakefileDidNotBuildIsBuiltAnew() throws {
        let binary = try root.write("dynamically linked", to: "activityd")
        let stamp = try root.write("", to: "stamp")
        let variables = ["RELEASE_BINARY=\(binary)", "RELEASE_STAMP=\(stamp)"]
        func isUpToDate() throws -> Bool {
            let make = try ChildProcess("make", ["-C", BuiltBinary.sourceRoot, "--question", stamp] + variables)
            return try make.waitForExit() == .status(0)
        }
        #expect(try !isUpToDate())
        let identity = try ChildProcess("stat", ["--format=%s %y", binary])
        try identity.waitForExit()
        try root.write(identity.output, to: "stamp")
        #expect(try isUpToDate())
        try root.write("dynamically linked again", to: "activityd")
        #expect(try !isUpToDate())
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

    /// The packages of the README, without which a machine cannot run the binary, are those of its libraries.
    @Test func theReadmeNamesThePackagesOfEachLibrary() throws {
        let headers = try ChildProcess("objdump", ["-p", try BuiltBinary.release()])
        try #require(try headers.waitForExit() == .status(0), "\(headers.errors)")
        let libraries = headers.output.matches(of: /NEEDED +(\S+)/).map { String($0.output.1) }
        try #require(libraries.contains("libmicrohttpd.so.12"))
        var packages: Set<String> = []
        for library in libraries {
            let owner = try ChildProcess("dpkg-query", ["--search", "*/\(library)"])
            try owner.waitForExit()
            packages.insert(String(try #require(owner.output.split(separator: ":").first, "\(library)")))
        }
        // glibc is there wherever anything runs.
        packages.remove("libc6")
        let readme = try String(contentsOfFile: "\(BuiltBinary.sourceRoot)/README.md", encoding: .utf8)
        let line = try #require(readme.firstMatch(of: /apt-get install --no-install-recommends (lib.*)/)?.output.1)
        #expect(line.split(separator: " ").map(String.init) == packages.sorted())
    }

    /// Runs a target on the release binary that `make test` has built, and returns what it printed.
    @discardableResult
    private func make(_ target: String, _ variables: String...) throws -> String {
        _ = try BuiltBinary.release()
        let make = try ChildProcess("make", ["-C", BuiltBinary.sourceRoot, target, "DESTDIR=\(root.path)"] + variables)
        let exit = try make.waitForExit(within: 60)
        try #require(exit == .status(0), "make \(target) failed\n\(make.output)\(make.errors)")
        return make.output
    }
}
