import Testing

@testable import MicroHTTP

/// A table of streams that a test turns by hand: no thread, no clock.
struct TurnedTable {
    /// More than the sockets of a ``SocketPair`` take at once.
    static let large = String(repeating: "0123456789", count: 100_000)

    private let wakeUp: WakeUp
    let poll: StreamPoll
    let table: StreamTable

    init() throws {
        wakeUp = try #require(WakeUp())
        poll = try #require(StreamPoll(wakeUp: wakeUp))
        table = StreamTable(poll: poll, now: 1000)
    }

    /// Takes what is reported and tells what the driver would hear.
    func turn() -> [StreamDelivery] {
        var heard: [StreamDelivery] = []
        poll.wait(milliseconds: 0) { report in
            guard case .stream(let stream, let peer) = report else { return }
            if let delivery = table.socketIsReady(stream, peer) { heard.append(delivery) }
        }
        return heard
    }

    /// Reads at the peer's end and turns the table until neither moves any more.
    func readAndTurn(_ pair: SocketPair) -> (received: String, heard: [StreamDelivery]) {
        var received = ""
        var heard: [StreamDelivery] = []
        while true {
            let (piece, news) = (pair.read(), turn())
            if piece.isEmpty, news.isEmpty { return (received, heard) }
            received += piece
            heard += news
        }
    }

    func add(_ pair: SocketPair) throws -> StreamID { try #require(table.add(pair.takeSocket())) }
}
