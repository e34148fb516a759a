import Dispatch
import Synchronization
import TestSupport

@testable import MicroHTTP

/// A running server with one loop for streams. `/stream` and everything below it begins one; the rest is as with
/// ``EchoServer``. Stopped when dropped.
final class StreamServer: Sendable {
    let server: HTTPServer
    let loop: StreamLoop<ScriptedDriver>
    let requests = RequestJournal()
    let journal = ScriptedDriver.Journal()

    init(
        tick: UInt64 = 250, lastBytes: UInt64 = 1000, _ configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws {
        guard let loop = StreamLoop<ScriptedDriver>(tick: tick, lastBytes: lastBytes) else {
            throw HTTPServerError.noListener
        }
        self.loop = loop
        var configuration = HTTPServerConfiguration(listeners: [.tcp(host: "127.0.0.1", port: 0)])
        configuration.workers = 2
        configure(&configuration)
        let (requests, journal) = (requests, journal)
        server = try HTTPServer(configuration: configuration, log: { _, _ in }) { _ in
            StreamingResponder(loop: loop, others: EchoResponder(journal: requests))
        }
        _ = loop.start { ScriptedDriver(journal: journal) }
        try server.start()
    }

    deinit {
        server.beginDraining()
        loop.stop()
        server.drainAndStop(grace: .milliseconds(200))
    }

    /// Connects to the first TCP address.
    func connect() throws -> RawHTTPClient {
        for case .tcp(let host, let port) in server.addresses { return try RawHTTPClient(host: host, port: port) }
        throw HTTPServerError.noListener
    }

    /// Runs `body` on the loop's thread and waits for its result.
    func onLoop<Result: Sendable>(_ body: @escaping @Sendable (ScriptedDriver, StreamTable) -> Result) throws -> Result
    {
        let result = Mutex<Result?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        let isTaken = loop.send { driver, streams in
            let value = body(driver, streams)
            result.withLock { $0 = value }
            isDone.signal()
        }
        guard isTaken, isDone.wait(timeout: .now() + 10) == .success, let value = result.withLock({ $0 }) else {
            throw RawHTTPClient.Failure.timedOut
        }
        return value
    }

    /// Opens a stream and returns its name.
    func open(_ client: RawHTTPClient, _ request: String = StreamServer.request) throws -> StreamID {
        let earlier = try onLoop { driver, _ in driver.streams.count }
        try client.send(request)
        var found: StreamID?
        _ = eventually {
            found = (try? onLoop { driver, _ in driver.streams.dropFirst(earlier).first }) ?? nil
            return found != nil
        }
        guard let found else { throw RawHTTPClient.Failure.timedOut }
        return found
    }

    static let request = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"
}
