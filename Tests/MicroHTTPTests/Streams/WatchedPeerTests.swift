import TestSupport
import Testing

@testable import MicroHTTP

/// Parked requests whose peer a loop watches.
@Suite struct WatchedPeerTests {
    private let server: StreamServer

    init() throws { server = try StreamServer() }

    /// Sends a request that the test completes, and waits until it is suspended.
    private func park(_ client: RawHTTPClient) throws -> HTTPExchange {
        let earlier = server.requests.exchanges.count
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(
            eventually {
                server.requests.exchanges.count > earlier && server.server.workers.contains { !$0.parkingLot.isEmpty }
            })
        return try #require(server.requests.exchanges.last)
    }

    /// Watches as soon as the connection is suspended.
    private func watch(_ exchange: HTTPExchange, as number: UInt64) -> Bool {
        eventually { (try? server.onLoop { $1.watchPeer(of: exchange, as: number) }) == true }
    }

    @Test func aPeerThatLeavesIsReportedUnderItsName() throws {
        var client: RawHTTPClient? = try server.connect()
        let other = try server.connect()
        let exchange = try park(#require(client))
        let number: UInt64 = 1 << 62 - 1
        #expect(watch(exchange, as: number))
        #expect(watch(try park(other), as: 2))
        client = nil
        #expect(eventually { server.journal.heard.peersLeft == [number] })
        // The answer nobody waits for ends the connection.
        exchange.answer(text: "x")
        #expect(eventually { server.server.statistics.openConnections == 1 })
        withExtendedLifetime(other) {}
    }

    @Test func aPeerThatSendsNothingMoreHasNotLeftAndIsAnswered() throws {
        let client = try server.connect()
        let exchange = try park(client)
        #expect(watch(exchange, as: 7))
        client.finishSending()
        #expect(try client.receive().status == 100)
        try server.onLoop { _, _ in }
        #expect(server.journal.heard.peersLeft == [])
        exchange.answer(text: "still")
        #expect(try client.receive().text == "still")
    }

    @Test func aPeerThatHadFinishedBeforeItsRequestWasParkedIsReportedWhenItLeaves() throws {
        var client: RawHTTPClient? = try server.connect()
        for path in ["first", "later"] {
            try client?.send("GET /\(path) HTTP/1.1\r\nHost: h\r\n\r\n")
            if path == "first" { _ = try client?.receive() }
        }
        client?.finishSending()
        try #require(eventually { server.requests.exchanges.count == 1 })
        let exchange = try #require(server.requests.exchanges.last)
        #expect(watch(exchange, as: 7))
        #expect(try client?.receive().status == 100)
        client = nil
        exchange.answer(text: String(repeating: "x", count: 100))
        #expect(eventually { server.server.statistics.openConnections == 0 })
    }

    @Test func anAnsweredRequestIsWatchedNoMore() throws {
        var client: RawHTTPClient? = try server.connect()
        for round in 0..<20 {
            let exchange = try park(#require(client))
            #expect(watch(exchange, as: UInt64(round)))
            exchange.answer(text: "\(round)")
            #expect(try client?.receive().text == "\(round)")
            #expect(try !server.onLoop { $1.watchPeer(of: exchange, as: 99) })
        }
        client = nil
        #expect(eventually { server.server.statistics.openConnections == 0 })
        // A turn of the loop behind whatever the leaving has caused.
        try server.onLoop { _, _ in }
        #expect(server.journal.heard.peersLeft == [])
    }

    @Test func aRequestThatIsNotParkedCannotBeWatched() throws {
        let fresh = HTTPExchange(peer: .local)
        #expect(try !server.onLoop { $1.watchPeer(of: fresh, as: 1) })
        fresh.answer(text: "x")
        #expect(try !server.onLoop { $1.watchPeer(of: fresh, as: 1) })
    }

    /// The name of a descriptor is another connection's soon after its own has closed.
    @Test func theNextConnectionWithTheSameDescriptorIsNotTakenForTheWatchedOne() throws {
        for round in 0..<30 {
            var client: RawHTTPClient? = try server.connect()
            let exchange = try park(#require(client))
            #expect(watch(exchange, as: UInt64(round)))
            exchange.answer(text: "x")
            #expect(try client?.receive().text == "x")
            client = nil
            #expect(eventually { server.server.statistics.openConnections == 0 })
        }
        try server.onLoop { _, _ in }
        #expect(server.journal.heard.peersLeft == [])
    }
}
