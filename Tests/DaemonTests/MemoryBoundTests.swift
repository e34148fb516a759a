import Foundation
import TestSupport
import Testing

/// What the daemon holds, as the kernel counts it: resident memory of the real binary against its bounds.
@Suite(.serialized) struct MemoryBoundTests {
    private static let mebibyte = 1 << 20

    private func start(_ config: String) throws -> DaemonProcess {
        try DaemonProcess(binary: try BuiltBinary.release(), config: config)
    }

    /// Appends a batch of equal events of one workspace; returns the status.
    @discardableResult
    private func append(
        _ count: Int, of bytes: Int, to workspace: String, at daemon: DaemonProcess, over client: RawHTTPClient? = nil
    ) throws -> Int {
        let client = try client ?? RawHTTPClient(to: daemon.address)
        let payload = "{\"t\":\"\(String(repeating: "x", count: bytes))\"}"
        let event = "{\"workspace_id\":\"\(workspace)\",\"kind\":\"k\",\"payload\":\(payload)}\n"
        let body = String(repeating: event, count: count)
        try client.send(
            "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nPrefer: return=minimal\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return try client.receive().status
    }

    /// Waits until the daemon holds at most `bytes` more than `before`.
    private func settles(_ daemon: DaemonProcess, at before: Int, plus bytes: Int) -> Bool {
        eventually(within: 15) { ((try? daemon.residentBytes) ?? .max) <= before + bytes }
    }

    @Test(arguments: [64_000, 250]) func aLogAtItsBoundOfBytesTakesAtMostAQuarterMore(bytes: Int) throws {
        let daemon = try start(
            "observability: {event_log: {max_bytes: 16777216, max_entries: 1000000}}\n")
        let client = try RawHTTPClient(to: daemon.address)
        // The buffers of a worker are no log's: they are there before the count begins.
        #expect(try append(2_000_000 / bytes, of: bytes, to: "warm", at: daemon, over: client) == 201)
        try client.send("DELETE /workspaces/warm/activity HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.receive().status == 204)
        let before = try daemon.residentBytes
        for _ in 0..<24 { #expect(try append(2_000_000 / bytes, of: bytes, to: "a", at: daemon, over: client) == 201) }
        #expect(settles(daemon, at: before, plus: 20 * Self.mebibyte))
        #expect(try daemon.stop() == .status(0))
    }

    @Test func whatHasExpiredGoesBackWithinSeconds() throws {
        let daemon = try start("observability: {event_log: {ttl_seconds: 2}}\n")
        try append(1, of: 10, to: "warm", at: daemon)
        let before = try daemon.residentBytes
        let client = try RawHTTPClient(to: daemon.address)
        for id in 0..<60 { #expect(try append(5000, of: 250, to: "w\(id)", at: daemon, over: client) == 201) }
        #expect(settles(daemon, at: before, plus: 4 * Self.mebibyte))
        #expect(try daemon.stop() == .status(0))
    }

    @Test func readersThatStopReadingCostLittleEach() throws {
        let daemon = try start(
            "observability: {event_log: {max_bytes: 134217728}}\n")
        let client = try RawHTTPClient(to: daemon.address)
        // 12 MB, most of it sealed; and a log of large events.
        for _ in 0..<10 { #expect(try append(1000, of: 1200, to: "a", at: daemon, over: client) == 201) }
        for _ in 0..<20 { #expect(try append(40, of: 60_000, to: "b", at: daemon, over: client) == 201) }
        _ = settles(daemon, at: 0, plus: 100 * Self.mebibyte)
        let before = try daemon.residentBytes
        let readers = try (0..<20).map { index in
            let reader = try RawHTTPClient(to: daemon.address)
            reader.holdLittle()
            try reader.ask(index % 2 == 0 ? "a" : "b", "")
            return reader
        }
        #expect(eventually(within: 5) { ((try? daemon.openDescriptors) ?? 0) > 20 })
        try append(1, of: 10, to: "c", at: daemon)
        let held = try daemon.residentBytes - before
        #expect(held <= 20 * Self.mebibyte, "\(held)")
        #expect(readers.count == 20)
        #expect(try daemon.stop(within: 60) == .status(0))
    }

    @Test func bodiesThatDoNotEndStayWithinTheirShare() throws {
        let daemon = try start("server: {max_memory_bytes: 67108864}\n")
        let before = try daemon.residentBytes
        let part = [UInt8](repeating: UInt8(ascii: "x"), count: 4 << 20)
        var senders = try (0..<60).map { _ in try RawHTTPClient(to: daemon.address) }
        for sender in senders {
            try? sender.send(
                "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8388608\r\n\r\n"
            )
            _ = sender.sendWhatFits(part)
        }
        let held = try daemon.residentBytes - before
        #expect(held <= 32 * Self.mebibyte, "\(held)")
        senders = []
        #expect(eventually(within: 15) { (try? append(1, of: 10, to: "a", at: daemon)) == 201 })
        #expect(try daemon.stop(within: 60) == .status(0))
    }

    @Test func aFloodOfEventsStaysWithinTheBoundOfTheDaemon() throws {
        let daemon = try start(
            "server: {max_memory_bytes: 50331648}\nobservability: {event_log: {max_bytes: 1073741824, max_entries: 1000000}}\n"
        )
        let before = try daemon.residentBytes
        let client = try RawHTTPClient(to: daemon.address)
        for round in 0..<80 {
            #expect(try append(4000, of: 300, to: "w\(round % 40)", at: daemon, over: client) == 201)
        }
        let held = try daemon.residentBytes - before
        #expect(held <= 60 * Self.mebibyte, "\(held)")
        #expect(daemon.process.errors.contains("given up to stay within max_memory_bytes"))
        #expect(try daemon.stop() == .status(0))
    }

    @Test func aLimitOnTheAddressSpaceIsLivedWith() throws {
        // ulimit -v is of the shell, so the daemon is what it becomes.
        let directory = try TemporaryDirectory()
        let config = try directory.write(
            "server: {listen: 127.0.0.1:0}\nobservability: {event_log: {max_bytes: 1073741824, max_entries: 1000000}}\n",
            to: "activityd.yaml")
        let process = try ChildProcess(
            "/bin/bash", ["-c", "ulimit -v 700000; exec \(try BuiltBinary.release()) serve --config \(config)"])
        let line = try process.waitForErrorLine(containing: " listening address=", within: 20)
        let address = try #require(line.firstMatch(of: /address=(\S+)/)?.output.1)
        #expect(process.errors.contains("half of the address space limit"))
        let client = try RawHTTPClient(to: String(address))
        let event =
            "{\"workspace_id\":\"a\",\"kind\":\"k\",\"payload\":{\"t\":\"\(String(repeating: "x", count: 3000))\"}}\n"
        let body = String(repeating: event, count: 1000)
        for _ in 0..<200 {
            try client.send(
                "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nPrefer: return=minimal\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect([201, 503, 507].contains(try client.receive().status))
        }
        process.signal(SIGTERM)
        #expect(try process.waitForExit(within: 20) == .status(0))
    }
}
