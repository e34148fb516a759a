import ActivityLog
import Foundation
import Logging
import Synchronization
import TestSupport

@testable import ActivityServer
@testable import MicroHTTP

/// The routes behind a real server, with two loops for live readers. Stopped when dropped.
final class LiveFixture: Sendable {
    /// A clock in milliseconds that moves only when a test moves it.
    final class LoopClock: Sendable {
        private let milliseconds = Atomic<UInt64>(1_000_000)

        var now: UInt64 { milliseconds.load(ordering: .relaxed) }

        func advance(seconds: UInt64) { milliseconds.add(seconds * 1000, ordering: .relaxed) }
    }

    let logClock = ManualClock()
    let loopClock = LoopClock()
    let logs: EventLogs
    let service: ActivityService
    private let server: HTTPServer

    init(
        bounds: LogBounds = LogBounds(), limits: LiveLimits = LiveLimits(), deferred: TestAnswers? = nil,
        startsLoops: Bool = true
    ) throws {
        let policies = LogPolicies(fallback: LogPolicy(bounds: bounds))
        logs = EventLogs(testing: policies, maxWorkspaces: 1000, clock: logClock, answers: deferred)
        service = ActivityService(
            logs: logs, liveLimits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var configuration = HTTPServerConfiguration(listeners: [.tcp(host: "127.0.0.1", port: 0)])
        configuration.workers = 2
        let service = service
        server = try HTTPServer(configuration: configuration, log: { _, _ in }) { _ in
            ActivityResponder(service: service)
        }
        let clock = loopClock
        if startsLoops { _ = service.live.start(loops: 2, tick: 5) { clock.now } }
        try server.start()
    }

    deinit { stop() }

    /// Stops as the daemon does. Once; more do nothing.
    func stop() {
        service.beginDraining()
        server.beginDraining()
        service.live.stop()
        service.endAppends()
        server.drainAndStop(grace: .seconds(5))
    }

    /// Open connections that belong to HTTP; streams do not.
    var openConnections: Int { server.statistics.openConnections }

    /// Requests that wait.
    var parkedRequests: Int { server.workers.reduce(0) { $0 + $1.parkingLot.count } }

    func connect(limitSeconds: Int = 20) throws -> RawHTTPClient {
        for case .tcp(let host, let port) in server.addresses {
            return try RawHTTPClient(host: host, port: port, limitSeconds: limitSeconds)
        }
        throw HTTPServerError.noListener
    }

    /// Sends a GET for a workspace's activity.
    func ask(
        _ client: RawHTTPClient, _ workspace: String = "w", _ query: String = "", accept: String? = nil,
        headers: String = ""
    ) throws {
        let accepting = accept.map { "Accept: \($0)\r\n" } ?? ""
        try client.send(
            "GET /workspaces/\(workspace)/activity\(query.isEmpty ? "" : "?" + query) HTTP/1.1\r\nHost: h\r\n"
                + "\(accepting)\(headers)\r\n")
    }

    /// Opens a stream of Server-Sent Events and reads its head and its `retry`.
    func stream(_ workspace: String = "w", _ query: String = "", headers: String = "") throws -> RawHTTPClient {
        let client = try connect()
        try ask(client, workspace, query, accept: "text/event-stream", headers: headers)
        _ = try client.receive(through: "\r\n\r\n")
        _ = try client.receive(through: "\n\n")
        return client
    }

    /// Opens a tail of NDJSON and reads its head.
    func tail(_ workspace: String = "w", _ query: String = "wait=stream") throws -> RawHTTPClient {
        let client = try connect()
        try ask(client, workspace, query, accept: "application/x-ndjson")
        _ = try client.receive(through: "\r\n\r\n")
        return client
    }

    /// Appends events of one workspace in one request.
    func append(_ count: Int = 1, to workspace: String = "w", kind: String = "k", payload: String = "{}") throws {
        let client = try connect()
        let event = "{\"workspace_id\":\"\(workspace)\",\"kind\":\"\(kind)\",\"payload\":\(payload)}"
        let body = count == 1 ? event : "[" + [String](repeating: event, count: count).joined(separator: ",") + "]"
        try client.send(
            "POST /events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let reply = try client.receive()
        guard reply.status == 201 else { throw RawHTTPClient.Failure.malformed(reply.text) }
    }

    /// The epoch of a workspace that exists.
    func epoch(_ workspace: String = "w") throws -> String {
        let client = try connect()
        try ask(client, workspace, "limit=0")
        return try client.receive().header("Activity-Epoch") ?? ""
    }
}

extension RawHTTPClient {
    /// Reads one Server-Sent Event and returns its fields, each a line.
    func event() throws -> [Substring] { try receive(through: "\n\n").split(separator: "\n") }

    /// Reads events and returns their ids.
    func ids(_ count: Int) throws -> [Int] {
        try (0..<count).map { _ in
            let text = try event().first { $0.hasPrefix("data: {\"id\":") } ?? ""
            return Int(text.dropFirst(12).prefix { $0.isNumber }) ?? 0
        }
    }
}
