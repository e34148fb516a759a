import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// What the server says.
final class RecordedLog: Sendable {
    private let state = Mutex<[String]>([])

    func add(_ line: String) { state.withLock { $0.append(line) } }

    /// The warnings and errors so far.
    var lines: [String] { state.withLock { $0 } }
}

/// A process without enough descriptors. Each test in a process of its own, whose limit nobody else feels.
@Suite struct DescriptorTests {
    @Test func aLimitThatIsTooLowIsToldAtTheStart() async {
        await #expect(processExitsWith: .success) {
            setDescriptorLimit(100)
            let log = RecordedLog()
            let echo = try EchoServer(log: log) { $0.limits.maxConnections = 1000 }
            try #require(log.lines.count == 1)
            #expect(log.lines[0].hasPrefix("max_connections is 1000, but 100 descriptors suffice for "))
            echo.server.drainAndStop(grace: .seconds(1))
        }
    }

    @Test func aLimitThatSufficesIsNotMentioned() async {
        await #expect(processExitsWith: .success) {
            let log = RecordedLog()
            let echo = try EchoServer(log: log) { $0.limits.maxConnections = 100 }
            #expect(log.lines.isEmpty)
            echo.server.drainAndStop(grace: .seconds(1))
        }
    }

    @Test func connectionsForWhichNoDescriptorIsLeftGet503AndTheLogOneLine() async {
        await #expect(processExitsWith: .success) {
            // Clients have the descriptors below the limit, so that the server finds none.
            let log = RecordedLog()
            let echo = try EchoServer(log: log)
            let served = try echo.connect()
            try served.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try served.receive().status == 200)
            let clients = try (0..<20).map { _ in try RawHTTPClient.unconnected() }
            openDispatchDescriptors()
            setDescriptorLimit(nextDescriptor())
            for client in clients { try client.connect(port: echo.server.addresses[0].port ?? 0) }
            for client in clients {
                let reply = try client.receive()
                #expect(reply.status == 503)
                #expect(reply.header("Retry-After") != nil)
            }
            #expect(log.lines.count == 1)
            #expect(log.lines.first?.hasPrefix("cannot accept connections") == true)
            try served.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try served.receive().text == "/b")
            echo.server.drainAndStop(grace: .seconds(1))
        }
    }
}

private func setDescriptorLimit(_ count: Int32) {
    var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

/// Makes libdispatch open what it needs now: it ends the process when it cannot.
private func openDispatchDescriptors() {
    let isDone = DispatchSemaphore(value: 0)
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(1)) { isDone.signal() }
    isDone.wait()
}

/// The lowest descriptor that is not in use.
private func nextDescriptor() -> Int32 {
    let next = dup(0)
    close(next)
    return next
}
