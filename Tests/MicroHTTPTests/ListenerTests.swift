import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Addresses: what is bound, what is refused, and what is left behind.
@Suite struct ListenerTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/http.sock"
    }

    private func serveUnix(mode: UInt16 = 0o600) throws -> EchoServer {
        try EchoServer { [path] in $0.listeners = [.unix(path: path, mode: mode)] }
    }

    @Test func aUnixSocketIsServedAndItsFileRemovedAtTheStop() throws {
        let echo = try serveUnix(mode: 0o620)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o620)
        let client = try RawHTTPClient(unixPath: path)
        for _ in 0..<3 {
            try client.send(Self.get)
            #expect(try client.receive().text == "/hello")
        }
        #expect(echo.server.addresses == [.unix(path: path)])
        #expect(echo.server.statistics.openConnections == 1)
        echo.server.drainAndStop(grace: .seconds(5))
        #expect(try client.receiveToEnd() == "")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aUnixSocketAndTCPAreServedTogether() throws {
        let echo = try EchoServer { [path] in $0.listeners.append(.unix(path: path, mode: 0o600)) }
        for client in [try echo.connect(), try RawHTTPClient(unixPath: path)] {
            try client.send(Self.get)
            #expect(try client.receive().text == "/hello")
        }
    }

    @Test func aStaleUnixSocketIsReplaced() throws {
        let first = try serveUnix()
        // A dead process leaves a file that nobody listens on.
        try FileManager.default.moveItem(atPath: path, toPath: path + ".stale")
        first.server.drainAndStop(grace: .seconds(5))
        try FileManager.default.moveItem(atPath: path + ".stale", toPath: path)
        let second = try serveUnix()
        let client = try RawHTTPClient(unixPath: path)
        try client.send(Self.get)
        #expect(try client.receive().status == 200)
        second.server.drainAndStop(grace: .seconds(5))
    }

    @Test func aLiveUnixSocketIsNotTakenAway() throws {
        let first = try serveUnix()
        #expect(throws: HTTPServerError.socketInUse(path: path)) { _ = try serveUnix() }
        let client = try RawHTTPClient(unixPath: path)
        try client.send(Self.get)
        #expect(try client.receive().status == 200)
        first.server.drainAndStop(grace: .seconds(5))
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        try directory.write("precious", to: "http.sock")
        #expect(throws: HTTPServerError.notASocket(path: path)) { _ = try serveUnix() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test(.enabled(if: Loopback.hasIPv6)) func localhostIsBothFamiliesOnOnePort() throws {
        let echo = try EchoServer { $0.listeners = [.tcp(host: "localhost", port: 0)] }
        #expect(echo.server.addresses.map(\.port).allSatisfy { $0 == echo.server.addresses.first?.port })
        for case .tcp(let host, let port) in echo.server.addresses {
            let client = try RawHTTPClient(host: host, port: port)
            try client.send(Self.get)
            #expect(try client.receive().text == "/hello")
        }
        #expect(echo.server.addresses.count == 2)
    }

    @Test(.enabled(if: Loopback.hasIPv6), arguments: ["127.0.0.1", "::1"])
    func theWildcardTakesBothFamilies(host: String) throws {
        let echo = try EchoServer { $0.listeners = [.tcp(host: "*", port: 0)] }
        let port = try #require(echo.server.addresses.first?.port)
        let client = try RawHTTPClient(host: host, port: port)
        try client.send(Self.get)
        #expect(try client.receive().text == "/hello")
    }

    @Test func aTakenPortIsAnError() throws {
        let first = try EchoServer()
        let port = try #require(first.server.addresses.first?.port)
        let error = HTTPServerError.system(call: "bind", address: "127.0.0.1:\(port)", errno: EADDRINUSE)
        #expect(throws: error) { _ = try EchoServer { $0.listeners = [.tcp(host: "127.0.0.1", port: port)] } }
    }

    @Test func aNameIsEveryAddressThatItHasOnOnePort() throws {
        // The only name that every machine knows, spelled so that the resolver is asked.
        let addresses = try HostName.addresses(of: "LOCALHOST")
        let echo = try EchoServer { $0.listeners = [.tcp(host: "LOCALHOST", port: 0)] }
        let port = try #require(echo.server.addresses.first?.port)
        let missing = Loopback.hasIPv6 ? [] : ["::1"]
        #expect(
            echo.server.addresses
                == addresses.filter { !missing.contains($0) }.map { HTTPBoundAddress.tcp(host: $0, port: port) })
        for case .tcp(let host, let port) in echo.server.addresses {
            let client = try RawHTTPClient(host: host, port: port)
            try client.send(Self.get)
            #expect(try client.receive().text == "/hello")
        }
    }

    @Test func anAddressIsItsOwnName() throws {
        #expect(try HostName.addresses(of: "127.0.0.1") == ["127.0.0.1"])
        #expect(try HostName.addresses(of: "0:0::1") == ["::1"])
    }

    @Test(arguments: ["nohost.invalid", "no host", ""])
    func aNameWithoutAddressIsRefusedWithTheReason(name: String) throws {
        let failure = #expect(throws: HostName.Failure.self) { try HostName.addresses(of: name) }
        let reason = try #require(failure).reason
        #expect(!reason.isEmpty)
        if !name.isEmpty {
            #expect(throws: HTTPServerError.unresolvedHost(name, reason: reason)) {
                _ = try EchoServer { $0.listeners = [.tcp(host: name, port: 0)] }
            }
        }
    }
}
