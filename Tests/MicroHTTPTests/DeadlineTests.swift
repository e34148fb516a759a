import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Clients that stall. Time passes when a test says so.
@Suite struct DeadlineTests {
    private let clock = TestClock()

    private func makeServer(listener: HTTPListener = .tcp(host: "127.0.0.1", port: 0)) throws -> EchoServer {
        try EchoServer { [clock] in
            $0.listeners = [listener]
            $0.limits.headTimeout = .seconds(10)
            $0.limits.bodyTimeout = .seconds(30)
            $0.limits.idleTimeout = .seconds(75)
            $0.now = { clock.now }
            $0.tick = .milliseconds(1)
        }
    }

    /// Lets time pass second by second until the server says or does something to `client`, and returns the seconds.
    ///
    /// A test cannot see when the worker has read what was sent, so a phase may begin a little later than the count.
    private func secondsUntilReadable(_ client: RawHTTPClient) -> Int {
        for seconds in 0..<1000 {
            if client.isReadable(within: 5) { return seconds }
            clock.advance(seconds: 1)
        }
        return 1000
    }

    @Test(arguments: [
        "GET / HT", "GET / HTTP/1.1\r\nHost: h\r\nX", "GET / HTTP/1.1\r\nHost: h\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n",
    ])
    func aStalledHeadGets408(head: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(head)
        try #require(eventually { echo.server.statistics.openConnections == 1 })
        #expect(secondsUntilReadable(client) >= 10)
        let response = try client.receive()
        #expect(response.status == 408)
        #expect(response.closes)
        #expect(try client.receiveToEnd() == "")
        #expect(eventually { echo.server.statistics.openConnections == 0 })
        #expect(echo.server.statistics.expiredConnections == 1)
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nhal",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ])
    func aStalledBodyGets408(request: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(request)
        try #require(eventually { echo.journal.heads == 1 })
        #expect(secondsUntilReadable(client) >= 30)
        #expect(try client.receive().status == 408)
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test func aBodyThatTricklesDoesNotOutliveItsDeadline() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
        try #require(eventually { echo.journal.heads == 1 })
        for _ in 0..<500 where !client.isReadable(within: 2) {
            try? client.send("x")
            clock.advance(seconds: 1)
        }
        #expect(try client.receive().status == 408)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func aUnixSocketHasTheSameDeadlines() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let echo = try makeServer(listener: .unix(path: path, mode: 0o600))
        let client = try RawHTTPClient(unixPath: path)
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nhal")
        try #require(eventually { echo.journal.heads == 1 })
        #expect(secondsUntilReadable(client) >= 30)
        #expect(try client.receive().status == 408)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func anIdleConnectionIsClosedWithoutAWord() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().status == 200)
        #expect(secondsUntilReadable(client) >= 75)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func anUnusedConnectionIsClosedWithoutAWord() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try #require(eventually { echo.server.statistics.openConnections == 1 })
        #expect(secondsUntilReadable(client) >= 10)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func aStalledHeadOnAKeptConnectionGets408() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().status == 200)
        try client.send("GET / HTTP/1.1\r\nHos")
        #expect(secondsUntilReadable(client) < 75)
        #expect(try client.receive().status == 408)
    }

    @Test func aRequestThatIsBeingAnsweredHasNoDeadline() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.hasParkedRequest })
        clock.advance(seconds: 100_000)
        #expect(!client.isReadable(within: 20))
        for exchange in echo.journal.exchanges { exchange.answer(text: "late") }
        #expect(try client.receive().text == "late")
    }
}
