import Foundation
import TestSupport
import Testing

/// Start and stop as a supervisor and an operator see them.
@Suite struct ServiceTests {
    @Test func aReadyDaemonAppendsAndAnswersPolls() throws {
        let daemon = try DaemonProcess()
        #expect(try Curl.append(to: daemon.url).status == 201)
        let page = try Curl.read(from: daemon.url)
        #expect(page.status == 200)
        #expect(page.body.hasPrefix(#"[{"id":1,"timestamp":"#))
        #expect(page.body.hasSuffix(#","kind":"turn.started","payload":{}}]"#))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aRequestToStopEndsAnIdleDaemonWithStatusZero(signal: Int32) throws {
        let daemon = try DaemonProcess()
        daemon.process.signal(signal)
        // Well within the grace of ten seconds: nothing is in flight.
        #expect(try daemon.process.waitForExit(within: 5) == .status(0))
    }

    @Test func theSupervisorHearsThatTheDaemonStops() throws {
        let daemon = try DaemonProcess()
        try daemon.stop()
        #expect(daemon.supervisor.receive()?.hasPrefix("STOPPING=1\n") == true)
    }

    @Test func anIdleConnectionDoesNotDelayTheStop() throws {
        let daemon = try DaemonProcess()
        let connection = try LoopbackConnection(to: daemon.address)
        try connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try connection.receiveAnswer().status == 200)
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.waitForExit(within: 5) == .status(0))
    }

    @Test func aRequestInFlightIsAnsweredBeforeTheDaemonStops() throws {
        let daemon = try DaemonProcess()
        let connection = try halfSentAppend(to: daemon)
        daemon.process.signal(SIGTERM)
        _ = daemon.supervisor.receive(within: 10)
        try connection.send(Self.body.suffix(10))
        // Once its streams have ended nobody would hear of an event, so it is not acknowledged.
        let answer = try connection.receiveAnswer()
        #expect(answer.status == 201 || answer.status == 503 && answer.body.contains(#""code":"draining""#))
        #expect(try daemon.process.waitForExit(within: 5) == .status(0))
    }

    @Test func aRequestInFlightIsCutOffWhenTheGraceIsOver() throws {
        let daemon = try DaemonProcess(config: "server:\n  shutdown_grace_seconds: 1\n")
        let connection = try halfSentAppend(to: daemon)
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.waitForExit(within: 5) == .status(0))
        #expect(throws: LoopbackConnection.Closed.self) { try connection.receiveAnswer() }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSecondRequestToStopEndsTheDaemonAtOnce(signal: Int32) throws {
        let daemon = try DaemonProcess()
        let connection = try halfSentAppend(to: daemon)
        daemon.process.signal(SIGTERM)
        #expect(daemon.supervisor.receive(within: 10)?.hasPrefix("STOPPING=1\n") == true)
        daemon.process.signal(signal)
        #expect(try daemon.process.waitForExit(within: 5) == .status(128 + signal))
        withExtendedLifetime(connection) {}
    }

    @Test func aHangUpDoesNotStopTheDaemon() throws {
        let daemon = try DaemonProcess()
        daemon.process.signal(SIGHUP)
        #expect(try Curl(["\(daemon.url)/healthz"]).status == 200)
        #expect(try daemon.stop() == .status(0))
    }

    @Test func aThousandConnectionsLeaveNoDescriptorBehind() throws {
        // An end that arrives together with a part of a head is noticed by that deadline only (libmicrohttpd 0.9.75).
        let daemon = try DaemonProcess(config: "server:\n  head_timeout_seconds: 1\n")
        // The first request may open what the daemon then keeps.
        #expect(try Curl.append(to: daemon.url).status == 201)
        try expectDescriptors(of: daemon, toReturnTo: daemon.openDescriptors) {
            for round in 0..<10 {
                let connections = try (0..<100).map { _ in try LoopbackConnection(to: daemon.address) }
                // A third each is closed before a request, within one, and after an answer.
                for (index, connection) in connections.enumerated() {
                    if index % 3 == 1 { try connection.send("POST /events HTTP/1.1\r\nHost: x\r\nContent-Le") }
                    if index % 3 == 2 {
                        try connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                        #expect(try connection.receiveAnswer().status == 200, "round \(round), connection \(index)")
                    }
                }
            }
        }
        #expect(try daemon.stop() == .status(0))
    }

    private static let body = Array(#"{"workspace_id":"demo","kind":"turn.ended"}"#.utf8)

    /// A connection whose request lacks the last ten bytes of its body, and which the daemon is known to have accepted.
    private func halfSentAppend(to daemon: DaemonProcess) throws -> LoopbackConnection {
        let connection = try LoopbackConnection(to: daemon.address)
        try connection.send(
            """
            POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\
            Content-Length: \(Self.body.count)\r\n\r\n
            """)
        // The interim answer is the sign that the head has been read.
        #expect(try connection.receiveAnswer().status == 100)
        try connection.send(Self.body.dropLast(10))
        return connection
    }

    /// Runs `body` and waits until the daemon has no more descriptors open than `baseline`.
    private func expectDescriptors(
        of daemon: DaemonProcess, toReturnTo baseline: Int, after body: () throws -> Void
    ) throws {
        try body()
        #expect(eventually { ((try? daemon.openDescriptors) ?? .max) <= baseline })
    }
}
