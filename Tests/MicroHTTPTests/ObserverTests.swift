import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Every request is told to the observer once, however it ended.
@Suite struct ObserverTests {
    private let observer = RecordingObserver()
    private let clock = TestClock()

    private func makeServer(_ configure: (inout HTTPServerConfiguration) -> Void = { _ in }) throws -> EchoServer {
        try EchoServer { [observer] in
            $0.observer = observer
            configure(&$0)
        }
    }

    /// Stops the server, after which nothing more is told, and expects exactly this.
    private func expect(
        _ records: [String], from echo: EchoServer, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        _ = observer.wait(for: records.count)
        echo.server.drainAndStop(grace: .seconds(5))
        #expect(observer.records.map(\.description) == records, sourceLocation: sourceLocation)
    }

    @Test func requestsThatAreAnsweredAtOnce() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /bc HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try client.receive()
        _ = try client.receive(toHead: true)
        try client.send("POST /d HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")
        #expect(try client.receive().text == "body")
        expect(
            ["GET /a 200 2 answered tag 10", "HEAD /bc 200 0 answered tag 10", "POST /d 200 4 answered tag 11"],
            from: echo)
    }

    @Test func aRequestThatIsAnsweredLater() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.hasParkedRequest })
        #expect(observer.records.isEmpty)
        echo.journal.exchanges.first?.answer(text: "late")
        #expect(try client.receive().text == "late")
        expect(["GET /later 200 4 answered tag 10"], from: echo)
    }

    @Test(arguments: [
        ("POST /x HTTP/1.1\r\nHost: h\r\n\r\n", "POST /x 411 0 answered tag 1"),
        ("GET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", "GET /a 400 BODY answered tag 0"),
        (
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: tea\r\n\r\n",
            "POST /a 417 BODY answered tag 1"
        ),
        (
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n",
            "POST /a 413 BODY answered tag 1"
        ),
        ("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", " /a 400 0 answered tag 0"),
    ])
    func aRequestThatIsRefusedBeforeItsBody(request: String, record: String) throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send(request)
        let body = try client.receiveToEnd().components(separatedBy: "\r\n\r\n").dropFirst().joined()
        expect([record.replacingOccurrences(of: "BODY", with: "\(body.utf8.count)")], from: echo)
    }

    @Test func aChunkedBodyBeyondAllMeasure() throws {
        let echo = try makeServer { $0.limits.maxBodyBytes = 1000 }
        let client = try echo.connect()
        let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
        try? client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk)
        let reply = try client.receive()
        #expect(reply.status == 413)
        expect(["POST /a 413 \(reply.body.count) answered tag 1"], from: echo)
    }

    @Test(arguments: [
        ("GET /a HT", " "), ("GET /a HTTP/1.1\r\nHost: h\r\n", " /a"),
        ("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nhal", "POST /a"),
    ])
    func aRequestThatDoesNotComeInTime(request: String, name: String) throws {
        let echo = try makeServer { [clock] in
            $0.now = { clock.now }
            $0.tick = .milliseconds(1)
        }
        let client = try echo.connect()
        try client.send(request)
        try #require(eventually { echo.server.statistics.openConnections == 1 })
        while !client.isReadable(within: 5) { clock.advance(seconds: 1) }
        let reply = try client.receive()
        #expect(reply.status == 408)
        #expect(try client.receiveToEnd() == "")
        let records = observer.wait(for: 1)
        #expect(records.map(\.request) == [name])
        echo.server.drainAndStop(grace: .seconds(5))
        let tag = name == " " ? -1 : name.hasPrefix("POST") ? 1 : 0
        #expect(observer.records.map(\.description) == ["\(name) 408 \(reply.body.count) timedOut tag \(tag)"])
    }

    @Test func anIdleConnectionThatIsClosedIsNoRequest() throws {
        let echo = try makeServer { [clock] in
            $0.now = { clock.now }
            $0.tick = .milliseconds(1)
        }
        let client = try echo.connect()
        try client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try client.receive()
        while !client.isReadable(within: 5) { clock.advance(seconds: 1) }
        #expect(try client.receiveToEnd() == "")
        expect(["GET /a 200 2 answered tag 10"], from: echo)
    }

    @Test func aConnectionBeyondTheLimit() throws {
        let echo = try makeServer { $0.limits.maxConnections = 1 }
        let first = try echo.connect()
        try first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try first.receive()
        let reply = try echo.connect().receive()
        #expect(reply.status == 503)
        expect(["GET /a 200 2 answered tag 10", "  503 \(reply.body.count) answered tag -1"], from: echo)
    }

    @Test func aClientThatLeavesInTheMiddleOfItsBody() throws {
        let echo = try makeServer()
        var client: RawHTTPClient? = try echo.connect()
        try client?.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf")
        try #require(eventually { echo.journal.heads == 1 })
        client = nil
        expect(["POST /a 0 0 clientLeft tag 1"], from: echo)
    }

    @Test func aClientThatDoesNotTakeItsAnswer() throws {
        let echo = try makeServer()
        var client: RawHTTPClient? = try echo.connect()
        try client?.send("GET /bytes?20000000 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client?.isReadable(within: 10_000) == true)
        client = nil
        expect(["GET /bytes?20000000 200 20000000 clientLeft tag 10"], from: echo)
    }

    @Test func aRequestThatTheStopAnswers() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(eventually { echo.hasParkedRequest })
        echo.server.drainAndStop(grace: .milliseconds(100))
        let reply = try client.receive()
        #expect(observer.records.map(\.description) == ["GET /later 503 \(reply.body.count) answered tag 10"])
    }

    @Test func aRequestThatTheStopCuts() throws {
        let echo = try makeServer()
        let client = try echo.connect()
        try client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf")
        try #require(eventually { echo.journal.heads == 1 })
        echo.server.drainAndStop(grace: .milliseconds(50))
        #expect(observer.records.map(\.description) == ["POST /a 0 0 stopped tag 1"])
    }

    @Test func aStreamIsToldWhenItHasEnded() throws {
        let server = try StreamServer { [observer] in $0.observer = observer }
        let client = try server.connect()
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        #expect(try server.onLoop { $1.send(StreamChunk("12345\n"), to: stream) } == .sent)
        _ = try client.receive(through: "\n")
        try #require(eventually { server.server.statistics.openConnections == 0 })
        #expect(observer.records.isEmpty)
        try server.onLoop { $1.end(stream, with: StreamChunk("end\n")) }
        #expect(try client.receiveToEnd() == "end\n")
        _ = observer.wait(for: 1)
        server.server.drainAndStop(grace: .seconds(5))
        #expect(observer.records.map(\.description) == ["GET /stream 200 10 stream tag 0"])
    }

    @Test func aStreamThatIsRefusedIsToldOnce() throws {
        let server = try StreamServer { [observer] in $0.observer = observer }
        server.loop.stop()
        let client = try server.connect()
        try client.send(StreamServer.request)
        let reply = try client.receive()
        _ = observer.wait(for: 1)
        server.server.drainAndStop(grace: .seconds(5))
        #expect(observer.records.map(\.description) == ["GET /stream 503 \(reply.body.count) answered tag 0"])
    }
}
