import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Requests as well-behaved clients send them, and clients that vanish.
@Suite struct ConnectionTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"
    private static let post = "POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n/hello"
    private static let chunked =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n/h\r\n4\r\nello\r\n0\r\n\r\n"

    @Test func oneConnectionServesAThousandRequests() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for index in 0..<1000 {
            try client.send(index % 2 == 0 ? Self.get : Self.post)
            let response = try client.receive()
            try #require(response.status == 200 && response.text == "/hello" && !response.closes)
        }
        #expect(echo.server.statistics.acceptedConnections == 1)
        #expect(echo.server.statistics.requests == 1000)
    }

    @Test func anAnswerHasTheHeadersOfTheResponderAndTheServers() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(Self.get)
        let response = try client.receive()
        #expect(response.headers.map(\.name).sorted() == ["Content-Length", "Content-Type", "Date"])
        #expect(response.header("Content-Type") == "text/plain")
        #expect(response.header("Date")?.hasSuffix(" GMT") == true)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send((0..<200).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
        for index in 0..<200 { #expect(try client.receive().text == "/\(index)") }
    }

    @Test func answersOfEqualLengthsKeepTheirOwnContent() throws {
        // On one worker, so that the answers come out of the same response of the library.
        let echo = try EchoServer { $0.workers = 1 }
        let clients = try (0..<8).map { _ in try echo.connect() }
        for round in 100..<200 {
            for (index, client) in clients.enumerated() {
                try client.send((0..<5).map { "GET /\(round)/\(index)/\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            }
            for (index, client) in clients.enumerated() {
                for request in 0..<5 { #expect(try client.receive().text == "/\(round)/\(index)/\(request)") }
            }
        }
    }

    @Test func anAnswerToHeadDoesNotChangeTheNextOneOfItsLength() throws {
        let echo = try EchoServer { $0.workers = 1 }
        let client = try echo.connect()
        for _ in 0..<3 {
            try client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try client.receive(toHead: true)
            #expect(head.status == 200 && head.header("Content-Length") == "6")
            try client.send(Self.get)
            #expect(try client.receive().text == "/hello")
        }
    }

    @Test func pipelinedBodiesDoNotRunIntoEachOther() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send((0..<100).map { _ in Self.post + Self.chunked + Self.get }.joined())
        for _ in 0..<300 { #expect(try client.receive().text == "/hello") }
    }

    @Test func aBodyInTinyChunksArrivesWhole() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        let body = (0..<5000).map { String($0 % 10) }.joined()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        try client.send(body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n")
        #expect(try client.receive().text == body)
    }

    @Test(arguments: [1, 1000, 1025, 65_536, 3_000_000])
    func aBodyOfAnySizeComesBackUnchanged(count: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        let body = String(repeating: "0123456789abcdef", count: count / 16 + 1).prefix(count)
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n\(body)")
        #expect(try client.receive().text == body)
    }

    @Test func expectingClientsAreToldToContinue() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.receive().status == 100)
        try client.send("body")
        #expect(try client.receive().text == "body")
    }

    @Test(arguments: [get, post, chunked], [1, 7])
    func aRequestMayComeInPieces(request: String, size: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for _ in 0..<3 {
            try client.send(request, inPiecesOf: size)
            #expect(try client.receive().text == "/hello")
        }
    }

    @Test func headIsAnsweredWithoutABody() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("HEAD /bytes?2000 HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.receive(toHead: true)
        #expect(response.header("Content-Length") == "2000")
        try client.send(Self.get)
        #expect(try client.receive().text == "/hello")
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"])
    func aConnectionIsClosedWhenTheClientAsksForIt(request: String) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(request)
        #expect(try client.receive().status == 200)
        #expect(try client.receiveToEnd() == "")
    }

    @Test func aHalfClosedConnectionIsStillAnswered() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(Self.post)
        client.finishSending()
        #expect(try client.receive().text == "/hello")
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
    ])
    func aBodyThatBreaksOffNeverReachesTheResponder(request: String) throws {
        let echo = try EchoServer()
        var client: RawHTTPClient? = try echo.connect()
        try client?.send(request)
        try #require(eventually { echo.journal.heads == 1 })
        client = nil
        #expect(eventually { echo.server.statistics.openConnections == 0 })
        #expect(echo.journal.lines.isEmpty)
    }
}
