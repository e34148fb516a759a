import Testing

@testable import MicroHTTP

/// Slots are used again, names are not. See ``TurnedTable``.
@Suite struct StreamNameTests {
    private let turned: TurnedTable
    private var table: StreamTable { turned.table }

    init() throws { turned = try TurnedTable() }

    @Test func aReusedSlotIsNeverReachedByItsOldName() throws {
        let (first, second) = (try SocketPair(), try SocketPair())
        let old = try turned.add(first)
        table.close(old)
        let new = try turned.add(second)
        #expect(new.slot == old.slot)
        #expect(new != old)
        #expect(table.send(StreamChunk("old"), to: old) == .ended)
        table.end(old, with: StreamChunk("old"))
        table.close(old)
        #expect(table.socketIsReady(old, .gone) == nil)
        #expect(table.socketIsReady(old, .there) == nil)
        #expect(table.count == 1)
        #expect(table.send(StreamChunk(text: "new" + TurnedTable.large), to: new) == .waiting)
        #expect(!table.isWaiting(old))
        #expect(table.isWaiting(new))
        #expect(second.read().hasPrefix("new"))
    }

    @Test func aReportThatIsOnItsWayDoesNotReachTheNextStreamOfTheSlot() throws {
        let (first, second, third) = (try SocketPair(), try SocketPair(), try SocketPair())
        let (one, _) = (try turned.add(first), try turned.add(second))
        var heard: [StreamDelivery] = []
        first.leave()
        second.leave()
        // The report about the second comes in the same batch as the first, whose taker reuses both slots.
        var isFirst = true
        turned.poll.wait(milliseconds: 0) { report in
            guard case .stream(let stream, let peer) = report else { return }
            if isFirst {
                table.removeAll()
                #expect((try? turned.add(third)) != nil)
                isFirst = false
            }
            if let delivery = table.socketIsReady(stream, peer) { heard.append(delivery) }
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
            let streams = try pairs.map { try turned.add($0) }
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
}
