import Foundation
import Testing

@testable import MicroHTTP

/// The table of a loop, turned by hand: no thread, no clock, sockets without a network.
@Suite struct StreamTableTests {
    /// More than the sockets of a pair take at once.
    private static let large = String(repeating: "0123456789", count: 100_000)

    private let wakeUp: WakeUp
    private let poll: StreamPoll
    private let table: StreamTable

    init() throws {
        wakeUp = try #require(WakeUp())
        poll = try #require(StreamPoll(wakeUp: wakeUp))
        table = StreamTable(poll: poll, now: 1000)
    }

    /// Takes what is reported and tells what the driver would hear.
    private func turn() -> [StreamDelivery] {
        var heard: [StreamDelivery] = []
        poll.wait(milliseconds: 0) { report in
            guard case .stream(let stream, let peerLeft) = report else { return }
            if let delivery = table.socketIsReady(stream, peerLeft: peerLeft) { heard.append(delivery) }
        }
        return heard
    }

    /// Reads at the peer's end and turns the table until neither moves any more.
    private func readAndTurn(_ pair: SocketPair) -> (received: String, heard: [StreamDelivery]) {
        var received = ""
        var heard: [StreamDelivery] = []
        while true {
            let (piece, news) = (pair.read(), turn())
            if piece.isEmpty, news.isEmpty { return (received, heard) }
            received += piece
            heard += news
        }
    }

    private func add(_ pair: SocketPair) throws -> StreamID { try #require(table.add(pair.takeSocket())) }

    // MARK: Sending

    @Test func whatFitsIsSentAtOnce() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        #expect(table.count == 1)
        #expect(pair.read() == "")
        #expect(table.send(StreamChunk("one "), to: stream) == .sent)
        #expect(table.send(StreamChunk("two"), to: stream) == .sent)
        #expect(!table.isWaiting(stream))
        #expect(pair.read() == "one two")
        #expect(turn() == [])
    }

    @Test func whatDoesNotFitWaitsAndIsReportedOnceWhenItHasGone() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        #expect(turn() == [])
        #expect(table.send(StreamChunk(text: Self.large), to: stream) == .waiting)
        #expect(table.isWaiting(stream))
        let (received, heard) = readAndTurn(pair)
        #expect(received == Self.large)
        #expect(heard == [.sent])
        #expect(!table.isWaiting(stream))
        #expect(table.send(StreamChunk(" and on"), to: stream) == .sent)
        #expect(pair.read() == " and on")
        #expect(turn() == [])
    }

    @Test func aBroadcastTellsOfThoseThatDidNotGetItAll() throws {
        let pairs = try (0..<4).map { _ in try SocketPair() }
        let streams = try pairs.map { try add($0) }
        #expect(table.send(StreamChunk(text: Self.large), to: streams[1]) == .waiting)
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
        let chunk = StreamChunk(text: Self.large)
        table.broadcast(chunk, to: [streams[0]], others: &others)
        #expect(others.map(\.delivery) == [.waiting])
    }

    // MARK: Endings

    @Test func aPeerThatLeftIsFoundByTheNextWrite() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        pair.leave()
        #expect(table.send(StreamChunk("x"), to: stream) == .ended)
        #expect(table.count == 0)
        #expect(table.send(StreamChunk("x"), to: stream) == .ended)
        #expect(turn() == [])
    }

    @Test(arguments: [false, true])
    func aPeerThatLeavesIsReportedOnce(waits: Bool) throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        if waits { #expect(table.send(StreamChunk(text: Self.large), to: stream) == .waiting) }
        pair.leave()
        #expect(turn() == [.ended])
        #expect(turn() == [])
        #expect(table.count == 0)
        #expect(!table.isWaiting(stream))
    }

    @Test func aPeerThatSaysItSendsNothingMoreHasLeft() throws {
        let pair = try SocketPair()
        _ = try add(pair)
        pair.finishSending()
        #expect(turn() == [.ended])
        #expect(pair.hasEnded)
    }

    @Test func anEndedStreamIsClosedBehindItsLastChunk() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        table.end(stream, with: StreamChunk("bye"))
        #expect(table.count == 0)
        #expect(pair.read() == "bye")
        #expect(pair.hasEnded)
        #expect(turn() == [])
    }

    @Test func aLastChunkThatDoesNotFitIsSentBeforeTheStreamCloses() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        table.end(stream, with: StreamChunk(text: Self.large))
        #expect(!table.hasEnded)
        let (received, heard) = readAndTurn(pair)
        #expect(received == Self.large)
        #expect(heard == [])
        #expect(table.count == 0)
        #expect(pair.hasEnded)
    }

    @Test func anEndWhileBytesWaitSendsThoseAndNoMore() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        #expect(table.send(StreamChunk(text: Self.large), to: stream) == .waiting)
        table.end(stream, with: StreamChunk("bye"))
        let (received, heard) = readAndTurn(pair)
        #expect(received == Self.large)
        #expect(heard == [])
        #expect(pair.hasEnded)
    }

    @Test func aPeerThatLeavesAnEndingStreamIsNoNews() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        table.end(stream, with: StreamChunk(text: Self.large))
        pair.leave()
        #expect(turn() == [])
        #expect(table.hasEnded)
        #expect(table.count == 0)
    }

    @Test func aClosedStreamIsCut() throws {
        let pair = try SocketPair()
        let stream = try add(pair)
        #expect(table.send(StreamChunk(text: Self.large), to: stream) == .waiting)
        table.close(stream)
        #expect(table.count == 0)
        #expect(pair.read().count < Self.large.count)
        #expect(pair.hasEnded)
        #expect(turn() == [])
    }

    @Test func removingAllCutsThoseThatEndToo() throws {
        let pairs = try (0..<3).map { _ in try SocketPair() }
        let streams = try pairs.map { try add($0) }
        table.end(streams[1], with: StreamChunk(text: Self.large))
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.hasEnded)
        for pair in pairs {
            _ = pair.read()
            #expect(pair.hasEnded)
        }
    }

    // MARK: Names

    @Test func aReusedSlotIsNeverReachedByItsOldName() throws {
        let (first, second) = (try SocketPair(), try SocketPair())
        let old = try add(first)
        table.close(old)
        let new = try add(second)
        #expect(new.slot == old.slot)
        #expect(new != old)
        #expect(table.send(StreamChunk("old"), to: old) == .ended)
        table.end(old, with: StreamChunk("old"))
        table.close(old)
        #expect(table.socketIsReady(old, peerLeft: true) == nil)
        #expect(table.socketIsReady(old, peerLeft: false) == nil)
        #expect(table.count == 1)
        #expect(table.send(StreamChunk(text: "new" + Self.large), to: new) == .waiting)
        #expect(!table.isWaiting(old))
        #expect(table.isWaiting(new))
        #expect(second.read().hasPrefix("new"))
    }

    @Test func aReportThatIsOnItsWayDoesNotReachTheNextStreamOfTheSlot() throws {
        let (first, second, third) = (try SocketPair(), try SocketPair(), try SocketPair())
        let (one, _) = (try add(first), try add(second))
        var heard: [StreamDelivery] = []
        first.leave()
        second.leave()
        // The report about the second comes in the same batch as the first, whose taker reuses both slots.
        var isFirst = true
        poll.wait(milliseconds: 0) { report in
            guard case .stream(let stream, let peerLeft) = report else { return }
            if isFirst {
                table.removeAll()
                #expect((try? add(third)) != nil)
                isFirst = false
            }
            if let delivery = table.socketIsReady(stream, peerLeft: peerLeft) { heard.append(delivery) }
        }
        #expect(heard == [])
        #expect(table.count == 1)
        #expect(table.send(StreamChunk("x"), to: one) == .ended)
        #expect(!third.hasEnded)
    }

    @Test func namesSurviveTheirPacking() {
        for stream in [
            StreamID(slot: 0, generation: 1), StreamID(slot: .max, generation: 0x7fff_ffff),
            StreamID(slot: 77, generation: 0x4000_0000),
        ] {
            #expect(StreamID(word: stream.word) == stream)
            #expect(stream.word >> 63 == 0)
        }
    }

    @Test func aThousandStreamsComeAndGoInTheSlotsOfTen() throws {
        for _ in 0..<100 {
            let pairs = try (0..<10).map { _ in try SocketPair() }
            let streams = try pairs.map { try add($0) }
            #expect(Set(streams.map(\.slot)).count == 10)
            for (pair, stream) in zip(pairs, streams) {
                #expect(table.send(StreamChunk("x"), to: stream) == .sent)
                #expect(pair.read() == "x")
                table.close(stream)
            }
        }
        #expect(table.entries.count == 10)
        #expect(table.count == 0)
    }

    // MARK: Time

    @Test func quietStreamsAreThoseOnWhichNothingWentOut() throws {
        let pairs = try (0..<3).map { _ in try SocketPair() }
        let streams = try pairs.map { try add($0) }
        #expect(table.send(StreamChunk(text: Self.large), to: streams[2]) == .waiting)
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
        #expect(turn() == [])
        table.now += 14
        #expect(table.quiet(idle: 1, stalled: 15).stalled == [])
        table.now += 1
        #expect(table.quiet(idle: 1, stalled: 15).stalled == [streams[2]])
    }
}
