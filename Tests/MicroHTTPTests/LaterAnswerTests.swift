import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// Answers that another thread delivers.
@Suite struct LaterAnswerTests {
    private static let later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"

    /// Sends a request that the test completes, and waits until it is suspended.
    private func park(_ client: RawHTTPClient, on echo: EchoServer) throws -> HTTPExchange {
        let earlier = echo.journal.exchanges.count
        try client.send(Self.later)
        try #require(eventually { echo.journal.exchanges.count > earlier && echo.hasParkedRequest })
        return try #require(echo.journal.exchanges.last)
    }

    /// Runs `body` on a thread of its own.
    private func onAnotherThread(_ body: @escaping @Sendable () -> Void) { Thread.detachNewThread(body) }

    @Test func anAnswerBeforeTheConnectionIsSuspendedIsSent() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for _ in 0..<100 {
            try client.send("GET /at-once HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "at once")
        }
        #expect(!echo.hasParkedRequest)
    }

    @Test func anAnswerFromAnotherThreadIsSentAndTheConnectionKept() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for round in 0..<100 {
            let exchange = try park(client, on: echo)
            onAnotherThread { exchange.answer(text: "\(round)") }
            #expect(try client.receive().text == "\(round)")
        }
        #expect(echo.server.statistics.acceptedConnections == 1)
    }

    @Test func anAnswerThatRacesWithTheSuspensionIsSent() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for round in 1...300 {
            try client.send(Self.later)
            // The responder has the exchange, and the worker may or may not have suspended the connection yet.
            var exchanges: [HTTPExchange] = []
            while exchanges.count < round { exchanges = echo.journal.exchanges }
            exchanges.last?.answer(text: "\(round)")
            #expect(try client.receive().text == "\(round)")
        }
    }

    @Test func aRequestBehindAParkedOneWaitsForIt() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send(Self.later + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.hasParkedRequest })
        #expect(echo.journal.lines == ["GET /later"])
        echo.journal.exchanges.first?.answer(text: "first")
        #expect(try client.receive().text == "first")
        #expect(try client.receive().text == "/next")
    }

    @Test func onlyTheFirstAnswerCounts() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        let exchange = try park(client, on: echo)
        exchange.answer(text: "first")
        exchange.answer(text: "second")
        #expect(try client.receive().text == "first")
        exchange.answer(text: "third")
        try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().text == "/next")
    }

    @Test func anAnswerToAClientThatHasLeftIsDropped() throws {
        let echo = try EchoServer()
        var client: RawHTTPClient? = try echo.connect()
        let exchange = try park(try #require(client), on: echo)
        client = nil
        exchange.answer(text: String(repeating: "x", count: 100_000))
        #expect(eventually { echo.server.statistics.openConnections == 0 })
        #expect(!echo.hasParkedRequest)
    }

    @Test func aThousandParkedRequestsAreAllAnswered() throws {
        let echo = try EchoServer()
        let clients = try (0..<1000).map { _ in try echo.connect() }
        for client in clients { try client.send(Self.later) }
        try #require(eventually { echo.journal.exchanges.count == clients.count })
        onAnotherThread { [exchanges = echo.journal.exchanges] in
            for exchange in exchanges { exchange.answer(text: "all") }
        }
        for client in clients { #expect(try client.receive().text == "all") }
    }

    @Test func anAnswerThatComesDuringTheStopIsSent() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        let exchange = try park(client, on: echo)
        onAnotherThread {
            while !echo.server.core.isDraining.load(ordering: .relaxed) { _ = poll(nil, 0, 1) }
            exchange.answer(text: "just in time")
        }
        echo.server.drainAndStop(grace: .seconds(10))
        let response = try client.receive()
        #expect(response.text == "just in time")
        #expect(response.closes)
    }

    @Test func aRequestThatNobodyAnswersGets503AtTheStop() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        let exchange = try park(client, on: echo)
        echo.server.drainAndStop(grace: .milliseconds(200))
        let response = try client.receive()
        #expect(response.status == 503)
        #expect(response.closes)
        #expect(try client.receiveToEnd() == "")
        exchange.answer(text: "too late")
    }

    @Test func aParkedRequestWhoseClientHasLeftDoesNotHoldUpTheStop() throws {
        let echo = try EchoServer()
        var client: RawHTTPClient? = try echo.connect()
        _ = try park(try #require(client), on: echo)
        client = nil
        echo.server.drainAndStop(grace: .milliseconds(200))
        #expect(echo.server.statistics.openConnections == 0)
        #expect(!echo.hasParkedRequest)
    }
}
