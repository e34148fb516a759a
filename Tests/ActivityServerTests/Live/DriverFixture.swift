import ActivityLog
import ByteBuffers
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// A ``LiveDriver`` without its loop's thread: a test takes its turns, one item of work at a time if it likes.
final class DriverFixture {
    let logClock = ManualClock()
    let loopClock = LiveFixture.LoopClock()
    let logs: EventLogs
    private let store: any EventStore
    let driver: LiveDriver
    let streams: StreamTable
    private let admission = LiveAdmission(SettingsSource(Settings()))
    private let loop: StreamLoop<LiveDriver>

    /// With `answers`, what the driver reads is behind a ``TestStore``, and what the test appends is not.
    init(answers: TestAnswers? = nil) throws {
        // Stores tell topics that nobody follows: a test says when the driver hears of a change.
        let silent = MemoryStore(policies: LogPolicies(), maxWorkspaces: 1000, clock: logClock, topics: LogTopics())
        store = silent
        logs = EventLogs(
            policies: LogPolicies(), stores: [.memory: answers.map { TestStore(silent, answers: $0) } ?? silent],
            clock: logClock, topics: LogTopics())
        let clock = loopClock
        loop = try #require(StreamLoop<LiveDriver> { clock.now })
        driver = LiveDriver(
            logs: logs, loop: loop, settings: SettingsSource(Settings()), admission: admission)
        let wakeUp = try #require(WakeUp())
        streams = StreamTable(poll: try #require(StreamPoll(wakeUp: wakeUp)), now: loopClock.now)
    }

    /// Opens a stream of Server-Sent Events, a merged one of several workspaces, and returns the peer's end.
    func open(_ names: String..., maxAge: Int64? = nil) throws -> Peer {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair) == 0)
        let head = Array("HEAD\n".utf8)
        let ids = names.map { OwnedBytes(Array($0.utf8).span) }
        let wish = LiveWish(
            format: .eventStream, places: ids.map { LiveWish.Place(workspace: $0, cursor: nil) },
            isMerged: ids.count > 1, kinds: nil, maxAge: maxAge)
        let subscription = LiveSubscription(wish, view: try admit(), seat: try admission.admit(ids, from: .local))
        let socket = StreamSocket(descriptor: pair[0], isLocal: true)
        driver.receive([.open(socket, head: OwnedBytes(head.span), subscription)], on: streams)
        return Peer(descriptor: pair[1])
    }

    /// The logs as anybody may use them.
    private func admit() throws -> LogView {
        let gate = AccessGate(logs: logs, live: LiveDelivery(logs: logs, settings: SettingsSource(Settings())))
        let request = HTTPRequest(
            methodName: Span(), target: Span(), head: Span(), fields: HTTPFieldTable(), framing: .none, body: Span(),
            bodyOutcome: .complete)
        return try gate.admit(request, to: .read)
    }

    /// Lets a request wait, for an hour.
    func wait(_ poll: some LivePoll) throws {
        let seat = try admission.admit(poll.workspaces, from: .local)
        let exchange = HTTPExchange(peer: .local)
        driver.receive([.wait(poll, exchange, deadline: loopClock.now + 3_600_000, seat)], on: streams)
    }

    /// Appends an event without telling anybody.
    func append(_ name: String, _ payload: String = "{}") throws {
        try StoreLog(store, name).append("k", payload)
    }

    /// Tells the driver that a workspace which it follows has changed.
    func change(_ name: String) throws {
        let following = try #require(driver.followings[OwnedBytes(Array(name.utf8).span)])
        driver.receive([.changed(following.topic)], on: streams)
    }

    /// Lets answers that came meanwhile arrive, in that they are handed to the driver as its loop would.
    func deliver(_ answers: TestAnswers) {
        answers.deliver()
        driver.receive(loop.takeCommands().commands, on: streams)
    }

    /// Takes turns until nothing is left to do, or `most`; returns whether nothing is left.
    func work(turns most: Int = 1000) -> Bool {
        for _ in 0..<most where driver.hasWork { driver.work(on: streams) }
        return !driver.hasWork
    }

    /// The reader's end of a stream.
    final class Peer {
        private let descriptor: Int32
        /// Whether the end of the stream has been read.
        private(set) var hasEnded = false

        init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        /// The ids of the events that have arrived since the last look, each behind its workspace's name if it has one.
        func events() -> [String] {
            text().matches(of: /data: \{(?:"workspace_id":"([^"]*)",)?"id":(\d+),/).map { "\($0.1 ?? "")\($0.2)" }
        }

        /// What has arrived since the last look; whether the stream has ended is in ``hasEnded``.
        func text() -> String {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count == 0 { hasEnded = true }
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
