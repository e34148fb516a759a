import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// Clients that do not read what they asked for. Time passes when a test says so.
@Suite struct ReplyDeadlineTests {
    private let clock = TestClock()
    private let observer = RecordingObserver()

    private func makeServer(listener: HTTPListener = .tcp(host: "127.0.0.1", port: 0)) throws -> EchoServer {
        try EchoServer { [clock, observer] in
            $0.listeners = [listener]
            $0.limits.replyTimeout = .seconds(30)
            $0.observer = observer
            $0.now = { clock.now }
            $0.tick = .milliseconds(1)
        }
    }

    /// Lets a second pass, and the sweeper look.
    private func passSecond() {
        clock.advance(seconds: 1)
        _ = poll(nil, 0, 5)
    }

    /// Passes time until the server has told of `records` requests; returns the seconds.
    private func secondsUntilOver(records: Int = 1, atMost most: Int = 1000) -> Int {
        for seconds in 0..<most {
            if observer.records.count >= records { return seconds }
            passSecond()
        }
        return most
    }

    @Test(arguments: ["/bytes", "/produced"])
    func aReplyOfWhichNothingIsReadIsCut(path: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        client.setReceiveBuffer(4096)
        try client.send("GET \(path)?50000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.isReadable(within: 10_000))
        let seconds = secondsUntilOver()
        #expect(seconds >= 29 && seconds < 60)
        #expect(observer.records.map(\.ending) == [.timedOut])
        #expect(observer.records.map(\.status) == [200])
        #expect(eventually { echo.server.statistics.openConnections == 0 })
        #expect(echo.journal.production.sources.load(ordering: .relaxed) == 0)
        #expect(try client.receiveToEnd().utf8.count < 50_000_000)
    }

    @Test func aReplyOverAUnixSocketOfWhichNothingIsReadIsCut() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let echo = try makeServer(listener: .unix(path: path, mode: 0o600))
        let client = try RawHTTPClient(unixPath: path)
        try client.send("GET /bytes?50000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.isReadable(within: 10_000))
        let seconds = secondsUntilOver()
        #expect(seconds >= 29 && seconds < 60)
        #expect(observer.records.map(\.ending) == [.timedOut])
        #expect(eventually { echo.server.statistics.openConnections == 0 })
    }

    @Test func aClientThatReadsSteadilyIsLeftAlone() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        client.setReceiveBuffer(262_144)
        try client.send("GET /bytes?50000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        for _ in 0..<100 {
            _ = try client.receive(atLeast: 200_000)
            passSecond()
        }
        #expect(observer.records.isEmpty)
    }

    @Test func aClientThatTricklesIsCut() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        client.setReceiveBuffer(4096)
        try client.send("GET /bytes?20000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.isReadable(within: 10_000))
        var seconds = 0
        while observer.records.isEmpty, seconds < 300 {
            // What has been acknowledged before the first look does not count for ever.
            _ = try? client.receive(atLeast: 1000)
            passSecond()
            seconds += 1
        }
        #expect(seconds >= 29 && seconds < 200)
        #expect(observer.records.map(\.ending) == [.timedOut])
    }

    @Test func aRequestThatWaitsHasNoDeadline() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.hasParkedRequest })
        for _ in 0..<100 { passSecond() }
        echo.journal.exchanges.first?.answer(text: "late")
        #expect(try client.receive().text == "late")
    }
}

/// The judgement alone.
@Suite struct DeadlineJudgementTests {
    private let deadlines = Deadlines(head: 10_000, body: 30_000, reply: 30_000, idle: 2000)

    @Test(arguments: [ConnectionPhase.opened, .head, .body, .idle])
    func nobodyIsEndedEarlyBecauseTheClockLiesBehind(phase: ConnectionPhase) {
        let stamp = PhaseStamp(phase, at: 1000)
        let deadline: UInt64 = phase == .idle ? 2000 : phase == .body ? 30_000 : 10_000
        // The request ended up to a tick after its stamp says.
        #expect(deadlines.verdict(stamp, now: 1000 + deadline + 249, grain: 250) == .keep)
        #expect(deadlines.verdict(stamp, now: 1000 + deadline + 250, grain: 250) != .keep)
    }

    @Test func timeInWhichTheProcessStoodStillIsNotCounted() {
        var time = LostTime()
        let lost = [1000, 1250, 2400, 13_650, 13_900, 20_150].map { time.note($0, tick: 250) }
        #expect(lost == [0, 0, 0, 11_000, 11_000, 17_000])
    }

    @Test func aReplyIsMeasuredByWhatIsReadSinceTheLastLook() {
        var progress = ReplyProgress(PhaseStamp(.answering, at: 0), bytes: 5000)
        let goesOn = [1000, 30_000, 31_000].map {
            progress.goesOn(bytes: 1_000_000, isCount: true, now: $0, deadline: 30_000)
        }
        #expect(goesOn == [true, true, false])
    }

    @Test(arguments: [(4000, false), (4200, true)])
    func aRateBelow4KiBASecondIsTooLittle(rate: Int64, isEnough: Bool) {
        var progress = ReplyProgress(PhaseStamp(.answering, at: 0), bytes: 0)
        let goesOn = (1...30).map { second in
            progress.goesOn(
                bytes: Int64(second) * rate, isCount: true, now: UInt64(second) * 1000, deadline: 30_000)
        }
        #expect(goesOn.dropLast().allSatisfy { $0 })
        #expect(goesOn.last == isEnough)
    }
}

/// Limits that change while a server runs.
@Suite struct SettingsTests {
    @Test func limitsAndDeadlinesChangeAtRunTime() throws {
        let clock = TestClock()
        var configuration = HTTPServerConfiguration(listeners: [])
        let echo = try EchoServer {
            $0.now = { clock.now }
            $0.tick = .milliseconds(1)
        }
        let client = try echo.connect()
        let body = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + String(repeating: "x", count: 100)
        try client.send(body)
        #expect(try client.receive().status == 200)

        configuration.limits.maxBodyBytes = 50
        configuration.limits.maxConnections = 1
        configuration.limits.idleTimeout = .seconds(5)
        echo.server.apply(configuration.limits)
        try client.send(body)
        #expect(try client.receive().status == 413)
        #expect(try echo.connect().receive().status == 503)
        clock.advance(seconds: 6)
        #expect(client.isReadable(within: 10_000))
        #expect(try client.receiveToEnd() == "")

        configuration.limits.maxBodyBytes = 200
        configuration.limits.maxConnections = 10
        echo.server.apply(configuration.limits)
        let others = try (0..<3).map { _ in try echo.connect() }
        for other in others {
            try other.send(body)
            #expect(try other.receive().status == 200)
        }
    }
}
