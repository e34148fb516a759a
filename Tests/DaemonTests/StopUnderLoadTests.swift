import Foundation
import Synchronization
import TestSupport
import Testing

/// SIGTERM while several clients append.
@Suite struct StopUnderLoadTests {
    @Test func whatWasAcknowledgedWhileTheDaemonStoppedIsContiguous() throws {
        let daemon = try DaemonProcess()
        let acknowledged = Mutex<[Int]>([])
        let unexpected = Mutex<[Int]>([])
        let enough = DispatchSemaphore(value: 0)
        let clients = DispatchGroup()
        for _ in 0..<8 {
            clients.enter()
            Thread.detachNewThread {
                defer { clients.leave() }
                Self.appendUntilClosed(daemon.address) { answer in
                    guard answer.status == 201, let id = Self.id(of: answer.body) else {
                        unexpected.withLock { $0.append(answer.status) }
                        return
                    }
                    let count = acknowledged.withLock { ids in
                        ids.append(id)
                        return ids.count
                    }
                    if count == 400 { enough.signal() }
                }
            }
        }
        #expect(enough.wait(timeout: .now() + 20) == .success)
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.waitForExit(within: 15) == .status(0))
        #expect(clients.wait(timeout: .now() + 15) == .success)

        let ids = acknowledged.withLock { $0.sorted() }
        // An append whose answer was lost would be a gap: an id that the log gave out and nobody was told of.
        #expect(ids == Array(1...ids.count))
        // Beyond the last append a client may be told that the daemon drains, and nothing else.
        #expect(Set(unexpected.withLock { $0 }).subtracting([503]).isEmpty)
    }

    /// Appends one event after the other over one connection; another takes its place when it is closed, until the
    /// daemon accepts no more.
    private static func appendUntilClosed(_ address: String, _ report: (LoopbackConnection.Answer) -> Void) {
        let body = #"{"workspace_id":"demo","kind":"turn.started"}"#
        let request =
            "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        while let connection = try? LoopbackConnection(to: address) {
            do {
                while true {
                    try connection.send(request)
                    report(try connection.receiveAnswer())
                }
            } catch {
                continue
            }
        }
    }

    private static func id(of event: String) -> Int? {
        guard let range = event.firstRange(of: #"{"id":"#) else { return nil }
        return Int(event[range.upperBound...].prefix { $0.isNumber })
    }
}
