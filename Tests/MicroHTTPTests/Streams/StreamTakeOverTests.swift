import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Connections that become streams: what the client sees of it, and what HTTP keeps.
@Suite struct StreamTakeOverTests {
    private static let next = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func theClientGetsTheHeadOurBytesAndNothingElse() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client)
        #expect(try server.onLoop { $1.send(StreamChunk("one\n"), to: stream) } == .sent)
        try server.onLoop { $1.end(stream, with: StreamChunk("two\n")) }
        let received = try client.receiveToEnd()
        let pattern =
            /HTTP\/1\.1 200 OK\r\nDate: [^\r]+ GMT\r\nConnection: close\r\nContent-Type: text\/event-stream\r\n/
        #expect(received.prefixMatch(of: pattern) != nil)
        #expect(received.hasSuffix("text/event-stream\r\n\r\none\ntwo\n"))
    }

    @Test func theSocketOutlivesHTTPsConnection() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        try #require(eventually { server.server.statistics.openConnections == 0 })
        for round in 0..<100 {
            #expect(try server.onLoop { $1.send(StreamChunk(text: "\(round)\n"), to: stream) } == .sent)
            #expect(try client.receive(through: "\n") == "\(round)\n")
        }
        #expect(server.journal.heard.ended == [])
    }

    @Test func aStreamMayComeAfterOtherRequestsOnItsConnection() throws {
        let server = try StreamServer()
        let client = try server.connect()
        for _ in 0..<3 {
            try client.send(Self.next)
            #expect(try client.receive().text == "/next")
        }
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        #expect(try server.onLoop { $1.send(StreamChunk("x\n"), to: stream) } == .sent)
        #expect(try client.receive(through: "\n") == "x\n")
        #expect(server.server.statistics.acceptedConnections == 1)
    }

    /// A client must not send more on a connection that its request has turned into a stream; one that does gets no
    /// answer to it, and its stream as if nothing had happened.
    @Test(arguments: [(next, 1), (next, 50), ("\0x\r\n", 50_000)])
    func whatIsPipelinedBehindTheRequestDoesNoHarm(pipelined: String, count: Int) throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client, StreamServer.request + String(repeating: pipelined, count: count))
        _ = try client.receive(through: "\r\n\r\n")
        try client.send("and more\r\n\r\n")
        #expect(try server.onLoop { $1.send(StreamChunk("x\n"), to: stream) } == .sent)
        #expect(try client.receive(through: "\n") == "x\n")
        #expect(server.requests.lines == [])
        #expect(server.journal.heard.ended == [])
        let other = try server.connect()
        try other.send(Self.next)
        #expect(try other.receive().text == "/next")
    }

    @Test func aRequestInPiecesBecomesAStreamToo() throws {
        let server = try StreamServer()
        let client = try server.connect()
        try client.send(StreamServer.request, inPiecesOf: 3)
        #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    @Test func aClientOfHTTP10GetsAStreamThatEndsWithItsConnection() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client, "GET /stream HTTP/1.0\r\n\r\n")
        try server.onLoop { $1.end(stream, with: StreamChunk("all\n")) }
        let reply = try client.receive()
        #expect(reply.status == 200)
        #expect(reply.closes)
        #expect(reply.text == "all\n")
    }

    @Test func aUnixSocketBecomesAStreamToo() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/http.sock"
        let server = try StreamServer { $0.listeners = [.unix(path: path, mode: 0o600)] }
        let client = try RawHTTPClient(unixPath: path)
        let stream = try server.open(client)
        _ = try client.receive(through: "\r\n\r\n")
        try #require(eventually { server.server.statistics.openConnections == 0 })
        #expect(try server.onLoop { $1.send(StreamChunk("x\n"), to: stream) } == .sent)
        #expect(try client.receive(through: "\n") == "x\n")
        try server.onLoop { $1.end(stream) }
        #expect(try client.receiveToEnd() == "")
    }

    @Test func aVanishedPeerIsGivenUpAfterHalfAMinute() throws {
        let server = try StreamServer()
        let client = try server.connect()
        let stream = try server.open(client)
        let options = try server.onLoop { _, streams in
            let descriptor = streams.entries[Int(stream.slot)].descriptor
            return [TCP_NODELAY, TCP_USER_TIMEOUT].map { option in
                var value: Int32 = -1
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, &size)
                return value
            }
        }
        #expect(options[0] != 0)
        #expect(options[1] == 30_000)
    }

    // MARK: Refusals

    @Test func aStreamIsRefusedWhenItsLoopHasStopped() throws {
        let server = try StreamServer()
        server.loop.stop()
        let client = try server.connect()
        try client.send(StreamServer.request)
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.headers.filter { $0.name == "Content-Type" }.map(\.value) == ["application/problem+json"])
        #expect(reply.header("Retry-After") == "1")
        #expect(reply.text.contains(#""code":"draining""#))
        #expect(try client.receiveToEnd() == "")
    }

    @Test func aStreamIsRefusedWhileTheServerDrains() throws {
        let server = try StreamServer()
        let client = try server.connect()
        server.server.beginDraining()
        try client.send(StreamServer.request)
        let reply = try client.receive()
        #expect(reply.status == 503)
        #expect(reply.text.contains(#""code":"draining""#))
        #expect(try server.onLoop { driver, _ in driver.streams.count } == 0)
    }

    /// In a process of its own, whose limit on descriptors nobody else feels.
    @Test func aStreamForWhichNoDescriptorIsLeftIsRefused() async {
        await #expect(processExitsWith: .success) {
            let server = try StreamServer()
            let clients = try (0..<2).map { _ in try server.connect() }
            #expect(eventually { server.server.statistics.openConnections == 2 })
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            // The lowest free one: with it as the limit, none is.
            let free = dup(0)
            close(free)
            let before = limit.rlim_cur
            limit.rlim_cur = rlim_t(free)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try clients[0].send(StreamServer.request)
            let reply = try clients[0].receive()
            #expect(reply.status == 503)
            #expect(reply.text.contains(#""code":"no-resources""#))
            // Requests need none.
            try clients[1].send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try clients[1].receive().text == "/next")

            limit.rlim_cur = before
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try clients[1].send(StreamServer.request)
            #expect(try clients[1].receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    /// In a process of its own, where no other test opens anything.
    @Test func streamsLeaveNoDescriptorBehind() async {
        await #expect(processExitsWith: .success) {
            let server = try StreamServer()
            try comeAndGo(1, on: server)
            let before = try openDescriptors()
            for _ in 0..<5 { try comeAndGo(50, on: server) }
            #expect(eventually { (try? openDescriptors()) == before })
        }
    }
}

/// Opens streams and ends them in each of the ways there are.
private func comeAndGo(_ count: Int, on server: StreamServer) throws {
    let large = StreamChunk(text: String(repeating: "x", count: 8 << 20))
    var clients: [RawHTTPClient] = []
    for index in 0..<count {
        let client = try server.connect()
        let stream = try server.open(client)
        switch index % 4 {
        case 0: try server.onLoop { $1.end(stream) }
        case 1: try server.onLoop { $1.close(stream) }
        case 2: _ = try server.onLoop { $1.send(large, to: stream) }
        default: break
        }
        clients.append(client)
    }
    clients = []
    #expect(eventually { (try? server.onLoop { $1.count }) == 0 })
    #expect(eventually { server.server.statistics.openConnections == 0 })
}

private func openDescriptors() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").sorted()
}
