import Foundation
import TestSupport
import Testing

/// The kinds of address that the daemon listens on.
@Suite struct ListenTests {
    @Test func anIPv6AddressIsServed() throws {
        let daemon = try DaemonProcess(arguments: ["--listen", "[::1]:0"])
        #expect(daemon.address.hasPrefix("[::1]:"))
        #expect(try Curl.append(to: daemon.url).status == 201)
    }

    @Test func checkAndServeAgreeOnANameWithoutAddress() throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write("server: {listen: \"nohost.invalid:8790\"}\n", to: "activityd.yaml")
        for command in [["check", config], ["serve", "--config", config]] {
            let run = try ChildProcess(BuiltBinary.path, command)
            #expect(try run.waitForExit(within: 60) != .status(0))
            #expect(run.errors.contains("'nohost.invalid'"), "\(run.errors)")
        }
    }

    @Test func aNameIsServedOnItsAddresses() throws {
        let daemon = try DaemonProcess(arguments: ["--listen", "LOCALHOST:0"])
        #expect(try Curl.append(to: daemon.url).status == 201)
        let check = try ChildProcess(
            BuiltBinary.path, ["check"], environment: ["ACTIVITYD_SERVER_LISTEN": "LOCALHOST:0"])
        #expect(try check.waitForExit() == .status(0))
    }

    @Test func aUnixSocketIsServedAndRemovedAtTheStop() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/activityd.sock"
        let daemon = try DaemonProcess(arguments: ["--listen", "unix:\(path)"])
        #expect(daemon.address == "unix:\(path)")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let owner = try #require(attributes[.ownerAccountName] as? String)
        let group = try #require(attributes[.groupOwnerAccountName] as? String)
        #expect(
            daemon.process.errors.contains(" listening address=unix:\(path) group=\(group) mode=0660 owner=\(owner)\n"))
        #expect(try Curl.append(to: "http://localhost", ["--unix-socket", path]).status == 201)
        #expect(try daemon.stop() == .status(0))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aSocketFileLeftByACrashIsTakenOver() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/activityd.sock"
        let crashed = try DaemonProcess(arguments: ["--listen", "unix:\(path)"])
        crashed.process.signal(SIGKILL)
        try crashed.process.waitForExit()
        try #require(FileManager.default.fileExists(atPath: path))
        let daemon = try DaemonProcess(arguments: ["--listen", "unix:\(path)"])
        #expect(try Curl.append(to: "http://localhost", ["--unix-socket", path]).status == 201)
        #expect(try daemon.stop() == .status(0))
    }

    @Test func severalAddressesShareTheirLogs() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/activityd.sock"
        let daemon = try DaemonProcess(
            config: "server:\n  listen: [\"127.0.0.1:0\", \"unix:\(path)\"]\n", arguments: [])
        #expect(try Curl.append(to: daemon.url).status == 201)
        let page = try Curl.read(from: "http://localhost", ["--unix-socket", path])
        #expect(page.body.contains(#""id":1,"#))
    }

    @Test func theDefaultConfigListensOnLoopbackOnly() throws {
        let run = try ChildProcess(
            BuiltBinary.path, ["check", "--print", "\(BuiltBinary.sourceRoot)/config/activityd.yaml"])
        #expect(try run.waitForExit() == .status(0))
        #expect(run.output.contains("127.0.0.1:8790"))
        #expect(!run.output.contains("0.0.0.0") && !run.output.contains("*:"))
    }
}
