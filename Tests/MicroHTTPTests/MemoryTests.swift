import ByteBuffers
import Foundation
import MemoryBudget
import TestSupport
import Testing

@testable import MicroHTTP

/// What clients can make a server hold, and what it says when that is too much.
@Suite struct MemoryTests {
    private static let get = "GET /after HTTP/1.1\r\nHost: h\r\n\r\n"
    /// A share of 1 MiB each.
    private let budget = MemoryBudget(limit: 4 << 20)

    private func makeServer(_ configure: (inout HTTPServerConfiguration) -> Void = { _ in }) throws -> EchoServer {
        try EchoServer { [budget] in
            $0.budget = budget
            configure(&$0)
        }
    }

    private static func head(_ count: Int) -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n"
    }

    /// The body of `count` bytes in chunks of 1000.
    private static func chunked(_ count: Int) -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "3e8\r\n\(String(repeating: "x", count: 1000))\r\n", count: count / 1000) + "0\r\n\r\n"
    }

    // MARK: Bodies

    @Test func aBodyIsCountedWhileItIsThere() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(Self.head(300_000) + String(repeating: "x", count: 200_000))
        #expect(eventually { budget.used(.bodies) == 300_000 })
        try client.send(String(repeating: "x", count: 100_000))
        #expect(try client.receive().body.count == 300_000)
        #expect(eventually { budget.used(.bodies) == 0 })
    }

    @Test func smallBodiesTakeNothing() throws {
        let echo = try makeServer()
        #expect(budget.reserve(1 << 20, for: .bodies))
        let client = try echo.connect()
        try client.send(Self.head(4000) + String(repeating: "x", count: 4000))
        #expect(try client.receive().body.count == 4000)
    }

    @Test func whatIsOnlyAnnouncedIsNotHeld() throws {
        let echo = try makeServer { $0.limits.maxBodyBytes = 100 << 20 }
        let client = try echo.connect()
        try client.send(Self.head(100 << 20))
        #expect(eventually { budget.used(.bodies) == 1 << 20 })
    }

    @Test func aBodyForWhichThereIsNoMemoryIsRefusedBeforeItComes() throws {
        let echo = try makeServer()
        #expect(budget.reserve(1 << 20, for: .bodies))
        let client = try echo.connect()
        try client.send(Self.head(100_000))
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.text.contains(#""code":"overloaded""#))
        #expect(reply.header("Retry-After") != nil)
        #expect(echo.journal.lines.isEmpty)
    }

    @Test func aBodyForWhichMemoryEndsIsRefusedWholeAndTheConnectionKept() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(Self.chunked(2_000_000) + Self.get)
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.header("Retry-After") != nil)
        #expect(try client.receive().text == "/after")
        #expect(echo.journal.lines == ["GET /after"])
        #expect(budget.used(.bodies) == 0)
    }

    @Test func manyUnfinishedBodiesStayWithinTheirShareAndSmallOnesAreTaken() throws {
        let echo = try makeServer()
        var clients: [RawHTTPClient] = []
        var refused = 0
        for _ in 0..<40 {
            let client = try echo.connect()
            try? client.send(Self.head(200_000) + String(repeating: "x", count: 150_000))
            clients.append(client)
        }
        #expect(eventually { budget.used(.bodies) == 1_000_000 })
        for client in clients where client.isReadable(within: 100) {
            if try client.receive().status == 503 { refused += 1 }
        }
        #expect(refused == 35)
        let small = try echo.connect()
        try small.send(Self.head(5) + "small")
        #expect(try small.receive().text == "small")
        clients = []
        #expect(eventually { budget.used(.bodies) == 0 })
    }

    @Test func aParkedRequestHoldsNoBody() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        let body = String(repeating: "x", count: 300_000)
        try client.send("POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n\(body)")
        try #require(eventually { echo.hasParkedRequest })
        #expect(eventually { budget.used(.bodies) == 0 })
        echo.journal.exchanges.first?.answer(text: "late")
        #expect(try client.receive().text == "late")
    }

    @Test func connectionsGiveBackWhatTheyHave() throws {
        let echo = try makeServer()
        var client: RawHTTPClient? = try echo.connect()
        try client?.send(Self.head(300_000) + "x")
        #expect(eventually { budget.used(.bodies) == 300_000 })
        client = nil
        #expect(eventually { budget.total == 0 })
    }

    // MARK: Replies

    @Test func aReplyIsCountedUntilItIsRead() throws {
        let echo = try makeServer { $0.budget?.limit = 100 << 20 }
        let client = try echo.connect()
        try client.send("GET /bytes?20000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { budget.used(.replies) >= 20_000_000 })
        #expect(try client.receive().body.count == 20_000_000)
        #expect(eventually { budget.used(.replies) == 0 })
    }

    @Test func aReplyForWhichThereIsNoMemoryIsA503AndTheConnectionKept() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /bytes?2000000 HTTP/1.1\r\nHost: h\r\nX-Request-ID: r-1\r\n\r\n")
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.header("Retry-After") != nil)
        #expect(reply.headers.filter { $0.name == "X-Request-ID" }.count == 1)
        try client.send(Self.get)
        #expect(try client.receive().text == "/after")
    }

    /// A client that is told 503 believes that nothing has happened.
    @Test func theReplyOfARequestThatChangedSomethingIsSentInAnyCase() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /committed?2000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        let reply = try client.receive()
        #expect(reply.status == 201)
        #expect(reply.body.count == 2_000_000)
        #expect(eventually { budget.used(.replies) == 0 })
    }

    @Test func aProducedReplyIsCountedWithOneBlock() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /produced?1000000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.isReadable(within: 10_000))
        #expect(budget.used(.replies) == 65_536)
    }
}
