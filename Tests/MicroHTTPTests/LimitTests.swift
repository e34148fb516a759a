import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Heads and bodies beyond their limits, and requests that are refused before their body.
@Suite struct LimitTests {
    private static let get = "GET /after HTTP/1.1\r\nHost: h\r\n\r\n"

    private func makeServer() throws -> EchoServer {
        try EchoServer {
            $0.maxHeadBytes = 8192
            $0.limits.maxBodyBytes = 1000
        }
    }

    /// A request whose body of `count` bytes goes with it.
    private static func post(_ count: Int, chunked: Bool) -> String {
        let head = "POST / HTTP/1.1\r\nHost: h\r\n"
        let body = String(repeating: "x", count: count)
        return chunked
            ? head + "Transfer-Encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            : head + "Content-Length: \(count)\r\n\r\n\(body)"
    }

    @Test(arguments: [
        (414, "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: h\r\n\r\n"),
        (431, "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n"),
        (431, "GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "X: a\r\n", count: 4000))\r\n"),
    ])
    func aHeadBeyondTheLimitIsRefusedAndTheConnectionClosed(status: Int, request: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try? client.send(request)
        #expect(try client.receive().status == status)
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test(arguments: [true, false])
    func aBodyOfExactlyTheLimitIsTaken(chunked: Bool) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(Self.post(1000, chunked: chunked))
        let response = try client.receive()
        #expect(response.status == 200)
        #expect(response.body.count == 1000)
    }

    @Test(arguments: [1001, 4000], [true, false])
    func aBodyModestlyBeyondTheLimitGets413AndKeepsTheConnection(count: Int, chunked: Bool) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(Self.post(count, chunked: chunked) + Self.get)
        #expect(try client.receive().status == 413)
        #expect(try client.receive().text == "/after")
    }

    @Test(arguments: [4001, 100_000], [true, false])
    func aBodyFarBeyondTheLimitGets413AndLosesTheConnection(count: Int, chunked: Bool) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try? client.send(Self.post(count, chunked: chunked) + Self.get)
        let response = try client.receive()
        #expect(response.status == 413)
        #expect(response.closes)
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test func anExpectingClientIsToldAtOnceThatItsBodyIsTooLarge() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.receive().status == 413)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func anUnknownExpectationGets417() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: tea\r\n\r\n")
        #expect(try client.receive().status == 417)
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test func aResponderMayRefuseARequestBeforeItsBody() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\n\r\n" + Self.get)
        let response = try client.receive()
        #expect(response.status == 411)
        #expect(response.closes)
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test(arguments: ["GET", "HEAD", "DELETE"])
    func aBodyWithoutMeaningIsReadAndThrownAway(method: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("\(method) /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody" + Self.get)
        let response = try client.receive(toHead: method == "HEAD")
        #expect(response.text == (method == "HEAD" ? "" : "/body"))
        #expect(try client.receive().text == "/after")
        #expect(echo.journal.heads == 0)
    }
}
