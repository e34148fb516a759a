import Foundation
import MemoryBudget
import TestSupport
import Testing

@testable import MicroHTTP

/// Many connections, and one too many.
@Suite struct ConnectionLimitTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func aThousandConnectionsAreServedAtOnce() throws {
        let echo = try EchoServer()
        let clients = try (0..<1000).map { _ in try echo.connect() }
        for _ in 0..<2 {
            for client in clients { try client.send(Self.get) }
            for client in clients {
                let text = try client.receive().text
                try #require(text == "/hello")
            }
        }
        #expect(echo.server.statistics.openConnections == 1000)
        #expect(echo.server.statistics.requests == 2000)
        // Dealt out evenly.
        #expect(echo.server.workers.map(\.connections.count) == [500, 500])
    }

    /// The library fetches 128 events at a time, and would stall when it gets exactly as many.
    @Test(arguments: [126, 127, 128, 129, 256])
    func aBurstOfRequestsIsAnsweredAtOnceHoweverLarge(count: Int) throws {
        let echo = try EchoServer {
            $0.workers = 1
            $0.tick = .seconds(3600)
        }
        let clients = try (0..<count).map { _ in try echo.connect(limitSeconds: 3) }
        for client in clients {
            try client.send(Self.get)
            #expect(try client.receive().status == 200)
        }
        let first = try echo.connect()
        try first.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.journal.lines.last == "GET /hold" })
        for client in clients { try client.send(Self.get) }
        echo.journal.gate.signal()
        for client in clients { #expect(try client.receive().text == "/hello") }
    }

    @Test func aConnectionBeyondTheTotalGets503AndTheOthersAreServed() throws {
        let echo = try EchoServer { $0.limits.maxConnections = 3 }
        try Self.expectRefusal(of: echo, after: 3)
    }

    @Test func aConnectionBeyondTheLimitOfItsAddressGets503AndTheOthersAreServed() throws {
        let echo = try EchoServer { $0.limits.maxConnectionsPerIP = 2 }
        try Self.expectRefusal(of: echo, after: 2)
    }

    @Test func aUnixConnectionBeyondTheTotalGets503() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let echo = try EchoServer {
            $0.listeners = [.unix(path: path, mode: 0o600)]
            $0.limits.maxConnections = 3
        }
        try Self.expectRefusal(of: echo, after: 3) { try RawHTTPClient(unixPath: path) }
    }

    @Test func unixConnectionsHaveNoAddressThatIsLimited() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let echo = try EchoServer {
            $0.listeners = [.unix(path: path, mode: 0o600)]
            $0.limits.maxConnectionsPerIP = 1
        }
        let clients = try (0..<5).map { _ in try RawHTTPClient(unixPath: path) }
        #expect(eventually { echo.server.statistics.openConnections == 5 })
        for client in clients {
            try client.send(Self.get)
            #expect(try client.receive().status == 200)
        }
    }

    /// What libmicrohttpd says of an option that it cannot set, it says for each response.
    @Test func aUnixConnectionIsNothingToTalkAbout() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        var configuration = HTTPServerConfiguration(listeners: [.unix(path: path, mode: 0o600)])
        configuration.workers = 1
        let (log, journal) = (RecordedLog(), RequestJournal())
        let server = try HTTPServer(configuration: configuration, log: { log.add($1) }) { _ in
            EchoResponder(journal: journal)
        }
        try server.start()
        let client = try RawHTTPClient(unixPath: path)
        for _ in 0..<3 {
            try client.send(Self.get)
            #expect(try client.receive().status == 200)
        }
        server.drainAndStop(grace: .seconds(5))
        #expect(log.lines == [])
    }

    @Test(arguments: [true, false])
    func aStreamKeepsThePlaceOfItsConnectionUntilItEnds(isTotal: Bool) throws {
        let server = try StreamServer {
            if isTotal { $0.limits.maxConnections = 2 } else { $0.limits.maxConnectionsPerIP = 2 }
        }
        let clients = try (0..<2).map { _ in try server.connect() }
        let streams = try clients.map { try server.open($0) }
        try #require(eventually { server.server.statistics.openStreams == 2 })
        #expect(server.server.statistics.openConnections == 0)
        #expect(try server.connect().receive().status == 503)
        try server.onLoop { $1.end(streams[0]) }
        try #require(eventually { server.server.statistics.openStreams == 1 })
        let client = try server.connect()
        try client.send(Self.get)
        #expect(try client.receive().status == 200)
    }

    @Test func aConnectionForWhichThereIsNoMemoryGets503() throws {
        let budget = MemoryBudget(limit: 400_000)
        let echo = try EchoServer { $0.budget = budget }
        // A quarter of the budget, at 24 KiB each.
        try Self.expectRefusal(of: echo, after: 4)
        #expect(eventually { budget.used(.readers) == 0 })
    }

    @Test func aStreamTakesLessOfTheBudgetThanItsConnectionDid() throws {
        let budget = MemoryBudget(limit: 400_000)
        let server = try StreamServer { $0.budget = budget }
        let clients = try (0..<10).map { _ in
            let client = try server.connect()
            _ = try server.open(client)
            return client
        }
        #expect(eventually { server.server.statistics.openConnections == 0 })
        #expect(budget.used(.readers) == 0)
        withExtendedLifetime(clients) {}
    }

    @Test(.enabled(if: Loopback.hasIPv6))
    func addressesAreCountedApart() throws {
        let echo = try EchoServer {
            $0.listeners = [.tcp(host: "localhost", port: 0)]
            $0.limits.maxConnectionsPerIP = 1
        }
        let clients = try echo.server.addresses.map { address in
            guard case .tcp(let host, let port) = address else { throw HTTPServerError.noListener }
            return try RawHTTPClient(host: host, port: port)
        }
        #expect(clients.count == 2)
        for client in clients {
            try client.send(Self.get)
            #expect(try client.receive().status == 200)
        }
    }

    /// Opens `limit` connections, sees the next one refused, and closes one to see that its place is free again.
    private static func expectRefusal(
        of echo: EchoServer, after limit: Int, connect: (() throws -> RawHTTPClient)? = nil
    ) throws {
        let connect = connect ?? { try echo.connect() }
        var clients = try (0..<limit).map { _ in try connect() }
        for client in clients {
            try client.send(get)
            #expect(try client.receive().status == 200)
        }
        let refused = try connect()
        let response = try refused.receive()
        #expect(response.status == 503)
        #expect(response.closes)
        #expect(response.header("Retry-After") == "1")
        #expect(try refused.receiveToEnd() == "")
        #expect(echo.server.statistics.refusedConnections == 1)

        clients.removeLast()
        try #require(eventually { echo.server.statistics.openConnections == limit - 1 })
        clients.append(try connect())
        for client in clients {
            try client.send(get)
            #expect(try client.receive().status == 200)
        }
    }
}
