import Testing

@testable import MicroHTTP

/// How streams end, by either side. See ``TurnedTable``.
@Suite struct StreamEndTests {
    private let turned: TurnedTable
    private var table: StreamTable { turned.table }

    init() throws { turned = try TurnedTable() }

    @Test func aPeerThatLeftIsFoundByTheNextWrite() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        pair.leave()
        #expect(table.send(StreamChunk("x"), to: stream) == .ended)
        #expect(table.count == 0)
        #expect(table.send(StreamChunk("x"), to: stream) == .ended)
        #expect(turned.turn() == [])
    }

    @Test(arguments: [false, true])
    func aPeerThatLeavesIsReportedOnce(waits: Bool) throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        if waits { #expect(table.send(StreamChunk(text: TurnedTable.large), to: stream) == .waiting) }
        pair.leave()
        #expect(turned.turn() == [.ended])
        #expect(turned.turn() == [])
        #expect(table.count == 0)
        #expect(!table.isWaiting(stream))
    }

    @Test func anEndedStreamIsClosedBehindItsLastChunk() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        table.end(stream, with: StreamChunk("bye"))
        #expect(table.count == 0)
        #expect(pair.read() == "bye")
        #expect(pair.hasEnded)
        #expect(turned.turn() == [])
    }

    @Test func aLastChunkThatDoesNotFitIsSentBeforeTheStreamCloses() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        table.end(stream, with: StreamChunk(text: TurnedTable.large))
        #expect(!table.hasEnded)
        let (received, heard) = turned.readAndTurn(pair)
        #expect(received == TurnedTable.large)
        #expect(heard == [])
        #expect(table.count == 0)
        #expect(pair.hasEnded)
    }

    @Test func anEndWhileBytesWaitSendsThoseAndNoMore() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        #expect(table.send(StreamChunk(text: TurnedTable.large), to: stream) == .waiting)
        table.end(stream, with: StreamChunk("bye"))
        let (received, heard) = turned.readAndTurn(pair)
        #expect(received == TurnedTable.large)
        #expect(heard == [])
        #expect(pair.hasEnded)
    }

    @Test func aPeerThatLeavesAnEndingStreamIsNoNews() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        table.end(stream, with: StreamChunk(text: TurnedTable.large))
        pair.leave()
        #expect(turned.turn() == [])
        #expect(table.hasEnded)
        #expect(table.count == 0)
    }

    @Test func aClosedStreamIsCut() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        #expect(table.send(StreamChunk(text: TurnedTable.large), to: stream) == .waiting)
        table.close(stream)
        #expect(table.count == 0)
        #expect(pair.read().count < TurnedTable.large.count)
        #expect(pair.hasEnded)
        #expect(turned.turn() == [])
    }

    @Test func removingAllCutsThoseThatEndToo() throws {
        let pairs = try (0..<3).map { _ in try SocketPair() }
        let streams = try pairs.map { try turned.add($0) }
        table.end(streams[1], with: StreamChunk(text: TurnedTable.large))
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.hasEnded)
        for pair in pairs {
            _ = pair.read()
            #expect(pair.hasEnded)
        }
    }
}
