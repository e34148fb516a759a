import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// What goes over the wire.
@Suite struct AnswerTests {
    /// Sends a request that closes its connection, and returns all that comes back.
    private func bytes(_ request: String, from echo: EchoServer) throws -> String {
        let client = try echo.connect()
        try client.send(request)
        return try client.receiveToEnd()
    }

    @Test func anAnswerIsAStatusLineHeadersAndABody() throws {
        let echo = try EchoServer()
        let answer = try bytes("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", from: echo)
        let lines = answer.components(separatedBy: "\r\n")
        #expect(lines.count == 7)
        #expect(lines[0] == "HTTP/1.1 200 OK")
        #expect(lines[1].hasPrefix("Date: ") && lines[1].hasSuffix(" GMT"))
        #expect(lines[2...] == ["Connection: close", "Content-Type: text/plain", "Content-Length: 2", "", "/a"])
    }

    @Test(arguments: [204, 304])
    func anAnswerThatHasNoBodyHasNoLength(status: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for _ in 0..<2 {
            try client.send("GET /status?\(status) HTTP/1.1\r\nHost: h\r\n\r\n")
            let reply = try client.receive()
            #expect(reply.status == status)
            #expect(reply.header("Content-Length") == nil)
        }
    }

    @Test func aBodyThatAStatusForbidsIsNotSent() throws {
        let echo = try EchoServer()
        let answer = try bytes("GET /status?304-body HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", from: echo)
        #expect(answer.hasPrefix("HTTP/1.1 304 "))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func anAnswerToHeadMayLeaveItsLengthOut() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("HEAD /no-length HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive(toHead: true).header("Content-Length") == nil)
        try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().text == "/next")
    }

    @Test(arguments: [
        ("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", nil), ("GET /a HTTP/1.0\r\n\r\n", "close"),
        ("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "Keep-Alive"),
        ("GET /a HTTP/1.0\r\nConnection: x, keep-alive\r\n\r\n", "Keep-Alive"),
        ("GET /a HTTP/1.1\r\nHost: h\r\nConnection: x ,CLOSE\r\n\r\n", "close"),
        ("GET /a HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, close\r\n\r\n", "close"),
        ("GET /a HTTP/1.1\r\nHost: h\r\nConnection: x\r\nConnection: close\r\n\r\n", "close"),
        ("GET /later HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "Keep-Alive"),
        ("GET /later HTTP/1.0\r\n\r\n", "close"),
        ("GET /later HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "close"),
    ])
    func theConnectionHeaderIsWhatTheConnectionDoes(request: String, option: String?) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(request)
        if request.contains("/later") {
            try #require(eventually { echo.hasParkedRequest })
            echo.journal.exchanges.first?.answer(text: "late")
        }
        #expect(try client.receive().header("Connection") == option)
        if option == "close" {
            #expect(try client.receiveToEnd() == "")
        } else {
            try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "/next")
        }
    }

    @Test(arguments: [1, 60, 61, 500, 3000])
    func aBodyOfPartsIsSentWhole(count: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        client.setReceiveBuffer(16_384)
        for _ in 0..<2 {
            try client.send("GET /parts?\(count) HTTP/1.1\r\nHost: h\r\n\r\n")
            let text = try client.receive().text
            #expect(text == (0..<count).map { "\($0)".padding(toLength: 1000, withPad: ".", startingAt: 0) }.joined())
        }
    }

    /// Answers that do not fit into their sockets, with requests behind them.
    @Test(arguments: ["/bytes?3000000", "/parts?3000", "/produced?3000000"])
    func aRequestBehindALargeAnswerIsAnsweredAfterIt(path: String) throws {
        let echo = try EchoServer { $0.workers = 1 }
        let client = try echo.connect()
        client.setReceiveBuffer(16_384)
        try client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.isReadable(within: 10_000))
        #expect(try client.receive().body.count == 3_000_000)
        #expect(try client.receive().text == "/next")
    }

    /// A FIN that comes with a request makes no event of its own.
    @Test func aConnectionWhoseClientHasFinishedIsClosedWithItsAnswer() throws {
        let echo = try EchoServer()
        let clients = try (0..<50).map { index in
            let client = try echo.connect()
            try client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "/first")
            try client.send("GET /\(index) HTTP/1.1\r\nHost: h\r\n\r\n")
            client.finishSending()
            return client
        }
        for (index, client) in clients.enumerated() {
            #expect(try client.receive().text == "/\(index)")
            #expect(try client.receiveToEnd() == "")
        }
        #expect(eventually { echo.server.statistics.openConnections == 0 })
    }

    @Test func requestsThatCameWithTheEndAreAllAnswered() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send((0..<100).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
        client.finishSending()
        for index in 0..<100 { #expect(try client.receive().text == "/\(index)") }
        #expect(try client.receiveToEnd() == "")
    }
}
