import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// What sources have done.
final class Production: Sendable {
    let bytes = Atomic(0)
    let blocks = Atomic(0)
    /// Sources that are alive.
    let sources = Atomic(0)
}

/// Produces the letters from a to z again and again, and fails at some place.
final class CountingSource: HTTPBodySource {
    private let production: Production
    private let failsAt: Int
    private var position = 0

    init(_ production: Production, failsAt: Int) {
        self.production = production
        self.failsAt = failsAt
        production.sources.add(1, ordering: .relaxed)
    }

    deinit { production.sources.subtract(1, ordering: .relaxed) }

    func fill(_ room: inout OutputSpan<UInt8>) -> Bool {
        let count = min(room.freeCapacity, failsAt - position)
        for _ in 0..<count {
            room.append(Self.letter(position))
            position += 1
        }
        production.bytes.add(count, ordering: .relaxed)
        production.blocks.add(1, ordering: .relaxed)
        return count > 0
    }

    static func letter(_ position: Int) -> UInt8 { UInt8(97 + position % 26) }
}

/// Bodies that are produced when the socket takes them.
@Suite struct BodySourceTests {
    @Test(arguments: [1, 1000, 65_536, 65_537, 3_000_000])
    func aProducedBodyIsSentWholeAndTheConnectionKept(count: Int) throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        for _ in 0..<2 {
            try client.send("GET /produced?\(count) HTTP/1.1\r\nHost: h\r\n\r\n")
            let reply = try client.receive()
            #expect(reply.header("Content-Length") == "\(count)")
            #expect(reply.body == (0..<count).map(CountingSource.letter))
        }
        #expect(eventually { echo.journal.production.sources.load(ordering: .relaxed) == 0 })
    }

    @Test func aSourceThatEndsEarlyClosesTheConnection() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("GET /broken?1000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        let received = try client.receiveToEnd()
        #expect(received.contains("Content-Length: 1000000\r\n"))
        #expect(received.utf8.count < 600_000)
        #expect(eventually { echo.journal.production.sources.load(ordering: .relaxed) == 0 })
    }

    @Test func anAnswerToHeadProducesNothing() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("HEAD /produced?5000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive(toHead: true).header("Content-Length") == "5000")
        try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receive().text == "/next")
        #expect(echo.journal.production.blocks.load(ordering: .relaxed) == 0)
        #expect(echo.journal.production.sources.load(ordering: .relaxed) == 0)
    }

    /// What is produced for a client that does not read is what its socket takes, and one block.
    @Test func nothingIsProducedForAClientThatDoesNotRead() throws {
        let echo = try EchoServer { $0.workers = 1 }
        var stalled: RawHTTPClient? = try echo.connect()
        try stalled?.send("GET /produced?1000000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(stalled?.isReadable(within: 10_000) == true)
        let other = try echo.connect()
        var before = -1
        // Until its socket is full.
        _ = eventually {
            let now = echo.journal.production.bytes.load(ordering: .relaxed)
            defer { before = now }
            return now == before && now > 0
        }
        #expect(before < 100_000_000)
        try other.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try other.receive().text == "/next")
        stalled = nil
        #expect(eventually { echo.journal.production.sources.load(ordering: .relaxed) == 0 })
    }

    @Test func othersAreAnsweredWhileALargeBodyIsProduced() throws {
        let echo = try EchoServer { $0.workers = 1 }
        let port = try #require(echo.server.addresses.first?.port)
        let reads = Atomic(true)
        let reader = DispatchGroup()
        reader.enter()
        Thread.detachNewThread {
            defer { reader.leave() }
            guard let client = try? RawHTTPClient(port: port) else { return }
            try? client.send("GET /produced?100000000000 HTTP/1.1\r\nHost: h\r\n\r\n")
            while reads.load(ordering: .relaxed), (try? client.receive(through: "z")) != nil {}
        }
        try #require(eventually { echo.journal.production.blocks.load(ordering: .relaxed) > 10 })
        let client = try echo.connect()
        for round in 0..<100 {
            let before = echo.journal.production.blocks.load(ordering: .relaxed)
            try client.send("GET /\(round) HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "/\(round)")
            // One block is produced in a turn; some are until this thread has read the answer.
            #expect(echo.journal.production.blocks.load(ordering: .relaxed) - before < 1000)
        }
        reads.store(false, ordering: .relaxed)
        #expect(reader.wait(timeout: .now() + 10) == .success)
        #expect(eventually { echo.journal.production.sources.load(ordering: .relaxed) == 0 })
    }
}
