import Foundation
import TestSupport
import Testing

/// Live reads through nginx, as its defaults and docs/api.md have it.
@Suite struct ProxyTests {
    private static let directives = "proxy_http_version 1.1;"

    /// Each event is appended when its reader has the one before: a proxy that collected them would never pass one on.
    @Test(arguments: ["", directives])
    func eventsOfAStreamComeThroughOneByOne(directives: String) throws {
        let daemon = try DaemonProcess()
        let proxy = try NginxProcess(to: daemon.address, directives)
        let reader = try RawHTTPClient.stream("w", at: proxy.address)
        for id in 1...20 {
            try RawHTTPClient.append(to: "w", at: daemon.address)
            #expect(try reader.event()[1].hasPrefix("data: {\"id\":\(id),"))
        }
        #expect(try daemon.stop() == .status(0))
        // The stream ends here, too: its last words, and the end of the chunked body.
        let rest = try reader.receive(through: "\r\n0\r\n\r\n")
        #expect(rest.contains("retry: "))
    }

    @Test func linesOfATailComeThroughOneByOne() throws {
        let daemon = try DaemonProcess()
        let proxy = try NginxProcess(to: daemon.address)
        let reader = try RawHTTPClient(to: proxy.address)
        try reader.ask("w", "wait=stream", headers: "Accept: application/x-ndjson\r\n")
        let head = try reader.receive(through: "\r\n\r\n")
        #expect(head.contains("\r\nContent-Type: application/x-ndjson\r\n"))
        for id in 1...20 {
            try RawHTTPClient.append(to: "w", at: daemon.address)
            #expect(try reader.receive(through: "}\n").contains("{\"id\":\(id),"))
        }
    }

    @Test func requestsThatWaitAreAnsweredThroughTheProxyWhenAnEventComes() throws {
        let daemon = try DaemonProcess(config: "observability:\n  log_level: debug\n")
        let proxy = try NginxProcess(to: daemon.address)
        let readers = try (0..<10).map { _ in try RawHTTPClient(to: proxy.address) }
        for round in 1...5 {
            for reader in readers { try reader.ask("w", "wait=30&since=\(round - 1)") }
            try #require(eventually { daemon.requestsAnsweredLater == round * readers.count })
            try RawHTTPClient.append(to: "w", at: daemon.address)
            for reader in readers {
                let reply = try reader.receive()
                #expect(reply.status == 200)
                #expect(reply.text.hasPrefix("[{\"id\":\(round),"))
            }
        }
    }

    @Test func heartbeatsKeepAQuietStreamFromTheProxysTimeout() throws {
        let daemon = try DaemonProcess(config: "server:\n  heartbeat_seconds: 1\n")
        let proxy = try NginxProcess(to: daemon.address, Self.directives + "proxy_read_timeout 5s;")
        let reader = try RawHTTPClient.stream("w", at: proxy.address)
        let start = ContinuousClock.now
        // As long as it takes to be sure that nginx would have ended it. What is read decides, not when it came.
        while ContinuousClock.now - start < .seconds(6) { _ = try reader.receive(through: ":\n\n") }
        try RawHTTPClient.append(to: "w", at: daemon.address)
        #expect(try reader.event()[1].hasPrefix("data: {\"id\":1,"))
    }

    /// With room for one reader, the second is served when the daemon has noticed that the first has left.
    @Test(arguments: ["Accept: text/event-stream\r\n", ""])
    func aReaderThatLeavesTheProxyIsNoticed(accept: String) throws {
        let daemon = try DaemonProcess(
            config: "server:\n  max_live_readers: 1\n  heartbeat_seconds: 1\nobservability:\n  log_level: debug\n")
        let proxy = try NginxProcess(to: daemon.address)
        var reader: RawHTTPClient? = try RawHTTPClient(to: proxy.address)
        try reader?.ask("w", accept.isEmpty ? "wait=30" : "", headers: accept)
        try #require(eventually { daemon.requestsAnsweredLater == 1 })
        #expect(try Self.statusOfAnotherReader(daemon) == 503)
        reader = nil
        #expect(eventually { (try? Self.statusOfAnotherReader(daemon)) == 200 })
    }

    /// Begins a stream, and ends it again when it was served.
    private static func statusOfAnotherReader(_ daemon: DaemonProcess) throws -> Int {
        let client = try RawHTTPClient(to: daemon.address)
        try client.ask("w", headers: "Accept: text/event-stream\r\n")
        let head = try client.receive(through: "\r\n\r\n")
        return head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
