import Foundation
import TestSupport
import Testing

/// SIGTERM while many read live.
@Suite struct LiveStopTests {
    @Test func aThousandRequestsThatWaitAndFiveHundredStreamsDoNotDelayTheStop() throws {
        DescriptorLimit.raise()
        // Nobody may need the grace: the wait for the exit is shorter.
        let daemon = try DaemonProcess(
            config: "server:\n  shutdown_grace_seconds: 600\nobservability:\n  log_level: debug\n")
        try RawHTTPClient.append(to: "streamed", at: daemon.address)
        let streams = try (0..<500).map { _ in try RawHTTPClient.stream("streamed", at: daemon.address) }
        for stream in streams { #expect(try stream.event()[1].hasPrefix("data: {\"id\":1,")) }
        let polls = try (0..<1000).map { _ in try RawHTTPClient(to: daemon.address) }
        for (index, poll) in polls.enumerated() { try poll.ask("w\(index % 10)", "wait=30") }
        try #require(eventually { daemon.requestsAnsweredLater == 1500 })
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.waitForExit(within: 60) == .status(0))
        for poll in polls {
            let reply = try poll.receive()
            #expect(reply.status == 200)
            #expect(reply.closes)
            #expect(reply.text == "[]")
            #expect(try poll.receiveToEnd() == "")
        }
        for stream in streams { #expect(try stream.receiveToEnd().wholeMatch(of: /retry: \d+\n\n/) != nil) }
    }
}
