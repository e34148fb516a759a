import ByteBuffers
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// What belongs to every answer, and work that is done in pieces.
@Suite struct ExchangeTests {
    private static let id = "X-Request-ID: r-1\r\n"

    @Test(arguments: [
        ("GET /a HTTP/1.1\r\nHost: h\r\n\(id)\r\n", 200),
        ("POST /a HTTP/1.1\r\nHost: h\r\n\(id)Content-Length: 4\r\n\r\nbody", 200),
        ("POST /a HTTP/1.1\r\nHost: h\r\n\(id)\r\n", 411),
        ("POST /a HTTP/1.1\r\nHost: h\r\n\(id)Content-Length: 99999999\r\n\r\n", 413),
        ("POST /a HTTP/1.1\r\nHost: h\r\n\(id)Content-Length: 4\r\nExpect: tea\r\n\r\n", 417),
        ("GET /at-once HTTP/1.1\r\nHost: h\r\n\(id)\r\n", 200),
    ])
    func aCommonHeaderIsInEveryAnswer(request: String, status: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(request)
        let reply = try client.receive()
        #expect(reply.status == status)
        #expect(reply.headers.filter { $0.name == "X-Request-ID" }.map(\.value) == ["r-1"])
    }

    @Test func aCommonHeaderIsInALateAnswerAndInThatOfTheStop() throws {
        let echo = try EchoServer()
        let clients = try (0..<2).map { _ in try echo.connect() }
        for client in clients { try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\(Self.id)\r\n") }
        try #require(eventually { echo.server.workers.reduce(0) { $0 + $1.parkingLot.count } == 2 })
        echo.journal.exchanges.first?.answer(text: "late")
        try #require(eventually { echo.server.workers.reduce(0) { $0 + $1.parkingLot.count } == 1 })
        echo.server.drainAndStop(grace: .milliseconds(100))
        let replies = try clients.map { try $0.receive() }
        #expect(replies.map(\.status).sorted() == [200, 503])
        for reply in replies { #expect(reply.header("X-Request-ID") == "r-1") }
    }

    @Test func aCommonHeaderIsInTheHeadOfAStream() throws {
        let server = try StreamServer()
        let client = try server.connect()
        try client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\(Self.id)\r\n")
        #expect(try client.receive(through: "\r\n\r\n").contains("\r\nX-Request-ID: r-1\r\n"))
    }

    @Test func theNextRequestOfAConnectionBeginsWithNothing() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("GET /a HTTP/1.1\r\nHost: h\r\n\(Self.id)\r\n")
        #expect(try client.receive().header("X-Request-ID") == "r-1")
        try client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().header("X-Request-ID") == nil)
    }

    @Test func aValueThatCannotBeSentIsLeftOut() {
        let exchange = HTTPExchange(peer: .local)
        let values = [Array("x\r\nB: y".utf8), []]
        for value in values {
            let isAdded = exchange.addCommonHeader("A", value: value.span)
            #expect(!isAdded)
        }
        var response = HTTPResponse()
        exchange.appendCommonLines(to: &response.headerLines)
        let count = response.headerLines.count
        #expect(count == 0)
    }

    @Test func anExchangeKnowsItsListener() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let echo = try EchoServer {
            $0.listeners = [
                .tcp(host: "127.0.0.1", port: 0), .unix(path: path, mode: 0o600), .tcp(host: "127.0.0.1", port: 0),
            ]
        }
        let ports = echo.server.addresses.compactMap(\.port)
        let clients = try [
            RawHTTPClient(port: ports[0]), RawHTTPClient(unixPath: path), RawHTTPClient(port: ports[1]),
        ]
        for (index, client) in clients.enumerated() {
            try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            try #require(eventually { echo.journal.exchanges.count == index + 1 })
        }
        #expect(echo.journal.exchanges.map(\.listener) == [0, 1, 2])
    }

    // MARK: Work in pieces

    @Test func othersAreAnsweredBetweenThePiecesOfLongWork() throws {
        let echo = try EchoServer { $0.workers = 1 }
        let (long, short) = (try echo.connect(), try echo.connect())
        try long.send("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\n")
        for round in 0..<20 {
            try short.send("GET /\(round) HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try short.receive().text == "/\(round)")
        }
        #expect(!long.isReadable())
        #expect(echo.journal.lines.count { $0 == "piece" } >= 10)
        echo.journal.gate.signal()
        #expect(try long.receive().text == "whole")
        try long.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try long.receive().text == "/next")
    }

    @Test func workInPiecesIsFinishedDuringTheStop() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.journal.lines.contains("piece") })
        Thread.detachNewThread { echo.server.drainAndStop(grace: .seconds(10)) }
        try #require(eventually { echo.server.core.isDraining.load(ordering: .relaxed) })
        echo.journal.gate.signal()
        let reply = try client.receive()
        #expect(reply.text == "whole")
        #expect(reply.closes)
    }

    @Test func aClientThatLeavesEndsItsWorkInPieces() throws {
        let echo = try EchoServer()
        var client: RawHTTPClient? = try echo.connect()
        try client?.send("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.journal.lines.contains("piece") })
        client = nil
        echo.journal.gate.signal()
        #expect(eventually { echo.server.statistics.openConnections == 0 })
    }
}
