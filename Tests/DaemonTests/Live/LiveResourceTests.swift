import Foundation
import TestSupport
import Testing

/// What live readers leave behind: nothing.
@Suite struct LiveResourceTests {
    @Test func readersThatCameAndWentLeaveNoDescriptorAndNoMemoryBehind() throws {
        DescriptorLimit.raise()
        let daemon = try DaemonProcess()
        let descriptors = try daemon.openDescriptors
        var resident: [Int] = []
        for _ in 0..<7 {
            try comeAndGo(1000, on: daemon)
            #expect(eventually { ((try? daemon.openDescriptors) ?? .max) <= descriptors })
            resident.append(try daemon.residentBytes)
        }
        // Three waves warm the allocator up; the 8000 readers of the next four may take 256 bytes each for good, less
        // than any of the objects of one.
        #expect(resident[6] - resident[2] < 2 << 20, "\(resident)")
        #expect(try daemon.stop() == .status(0))
    }

    /// So many streams and as many requests that wait; half of both are answered or get events, then all leave.
    private func comeAndGo(_ count: Int, on daemon: DaemonProcess) throws {
        let streams = try (0..<count).map { try RawHTTPClient.stream("w\($0 % 20)", at: daemon.address) }
        let polls = try (0..<count).map { _ in try RawHTTPClient(to: daemon.address) }
        for (index, poll) in polls.enumerated() { try poll.ask("x\(index % 20)", "wait=30") }
        for index in 0..<10 {
            try RawHTTPClient.append(to: "w\(index)", at: daemon.address)
            try RawHTTPClient.append(to: "x\(index)", at: daemon.address)
        }
        for (index, stream) in streams.enumerated() where index % 20 < 10 { _ = try stream.event() }
        for (index, poll) in polls.enumerated() where index % 20 < 10 { #expect(try poll.receive().status == 200) }
    }
}
