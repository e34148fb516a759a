import Glibc
import Synchronization
import Testing

@testable import MicroHTTP

/// What is sent on streams, and when. See ``TurnedTable``.
@Suite struct StreamTableTests {
    private let turned: TurnedTable
    private var table: StreamTable { turned.table }

    init() throws { turned = try TurnedTable() }

    @Test func whatFitsIsSentAtOnce() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        #expect(table.count == 1)
        #expect(pair.read() == "")
        #expect(table.send(StreamChunk("one "), to: stream) == .sent)
        #expect(table.send(StreamChunk("two"), to: stream) == .sent)
        #expect(!table.isWaiting(stream))
        #expect(pair.read() == "one two")
        #expect(turned.turn() == [])
    }

    @Test func whatDoesNotFitWaitsAndIsReportedOnceWhenItHasGone() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        #expect(turned.turn() == [])
        #expect(table.send(StreamChunk(text: TurnedTable.large), to: stream) == .waiting)
        #expect(table.isWaiting(stream))
        let (received, heard) = turned.readAndTurn(pair)
        #expect(received == TurnedTable.large)
        #expect(heard == [.sent])
        #expect(!table.isWaiting(stream))
        #expect(table.send(StreamChunk(" and on"), to: stream) == .sent)
        #expect(pair.read() == " and on")
        #expect(turned.turn() == [])
    }

    @Test func aBroadcastTellsOfThoseThatDidNotGetItAll() throws {
        let pairs = try (0..<4).map { _ in try SocketPair() }
        let streams = try pairs.map { try turned.add($0) }
        #expect(table.send(StreamChunk(text: TurnedTable.large), to: streams[1]) == .waiting)
        // Room for no more than a part of the next chunk.
        _ = pairs[1].read()
        pairs[2].leave()
        table.close(streams[3])
        var others: [(stream: StreamID, delivery: StreamDelivery)] = []
        table.broadcast(StreamChunk("news"), to: [streams[0], streams[2], streams[3]], others: &others)
        #expect(others.map(\.stream) == [streams[2], streams[3]])
        #expect(others.map(\.delivery) == [.ended, .ended])
        #expect(pairs[0].read() == "news")
        #expect(table.count == 2)

        others = []
        let chunk = StreamChunk(text: TurnedTable.large)
        table.broadcast(chunk, to: [streams[0]], others: &others)
        #expect(others.map(\.delivery) == [.waiting])
    }

    @Test func quietStreamsAreThoseOnWhichNothingWentOut() throws {
        let pairs = try (0..<3).map { _ in try SocketPair() }
        let streams = try pairs.map { try turned.add($0) }
        #expect(table.send(StreamChunk(text: TurnedTable.large), to: streams[2]) == .waiting)
        table.now += 14
        #expect(table.send(StreamChunk("x"), to: streams[1]) == .sent)
        table.now += 1
        var quiet = table.quiet(idle: 15, stalled: 15)
        #expect(quiet.idle == [streams[0]])
        #expect(quiet.stalled == [streams[2]])
        table.now += 14
        quiet = table.quiet(idle: 15, stalled: 60)
        #expect(quiet.idle == [streams[0], streams[1]])
        #expect(quiet.stalled == [])
        // A peer that reads, however slowly, is not stalled.
        _ = pairs[2].read()
        #expect(turned.turn() == [])
        table.now += 14
        #expect(table.quiet(idle: 1, stalled: 15).stalled == [])
        table.now += 1
        #expect(table.quiet(idle: 1, stalled: 15).stalled == [streams[2]])
    }

    @Test func aPeerThatFinishedBeforeTheHeadGetsTheHeadAndAnEnd() throws {
        let pair = try SocketPair()
        pair.finishSending()
        let stream = try turned.add(pair)
        #expect(turned.turn() == [])
        #expect(table.count == 1)
        #expect(table.send(StreamChunk("head"), to: stream) == .ended)
        #expect(pair.read() == "head")
        #expect(pair.hasEnded)
        #expect(table.count == 0)
    }

    @Test func aPeerThatFinishesLaterEndsItsStream() throws {
        let pair = try SocketPair()
        let stream = try turned.add(pair)
        #expect(table.send(StreamChunk("head"), to: stream) == .sent)
        pair.finishSending()
        #expect(turned.turn() == [.ended])
        #expect(table.count == 0)
    }

    /// As TLS would: what it takes is not what goes out.
    @Test func aStreamMaySendThroughATransport() throws {
        let pair = try SocketPair()
        let content = try #require(try pair.takeSocket().take())
        let transport = ShoutingTransport(content.descriptor)
        let stream = try #require(table.add(StreamSocket(transport: transport)))
        #expect(table.send(StreamChunk("one "), to: stream) == .sent)
        #expect(pair.read() == "ONE ")
        #expect(table.send(StreamChunk(text: String(repeating: "abc", count: 100_000)), to: stream) == .waiting)
        let (received, heard) = turned.readAndTurn(pair)
        #expect(received == String(repeating: "ABC", count: 100_000))
        #expect(heard == [.sent])
        table.close(stream)
        #expect(pair.hasEnded)
        let isClosed = transport.isClosed.load(ordering: .relaxed)
        #expect(isClosed)
    }
}

/// Sends capitals.
private final class ShoutingTransport: StreamTransport {
    let descriptor: Int32
    let isClosed = Atomic(false)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        let capitals = bytes.map { $0 >= 97 && $0 < 123 ? $0 - 32 : $0 }
        return Glibc.send(descriptor, capitals, capitals.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    func close() {
        isClosed.store(true, ordering: .relaxed)
        _ = Glibc.close(descriptor)
    }
}
