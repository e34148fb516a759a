import Foundation
import TestSupport

extension RawHTTPClient {
    /// Connects to `127.0.0.1:PORT`, of a daemon or of a proxy in front of it.
    convenience init(to address: String, limitSeconds: Int = 20) throws {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw POSIXError(.EINVAL) }
        try self.init(port: port, limitSeconds: limitSeconds)
    }

    /// Asks for a workspace's activity, with `query` behind the question mark and header lines.
    func ask(_ workspace: String, _ query: String = "", headers: String = "") throws {
        try send("GET /workspaces/\(workspace)/activity?\(query) HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
    }

    /// Begins a stream of Server-Sent Events, and reads its head and its `retry`.
    static func stream(
        _ workspace: String, at address: String, _ query: String = "", headers: String = ""
    ) throws -> RawHTTPClient {
        let client = try RawHTTPClient(to: address)
        try client.ask(workspace, query, headers: "Accept: text/event-stream\r\n" + headers)
        _ = try client.receive(through: "\r\n\r\n")
        _ = try client.receive(through: "retry: ")
        _ = try client.receive(through: "\n\n")
        return client
    }

    /// Reads one Server-Sent Event, and returns its lines. Up to a hundred heartbeats before it are passed over, and so
    /// are a proxy's chunk sizes.
    func event() throws -> [Substring] {
        var received = ""
        for _ in 0..<100 {
            received = try receive(through: "\n\n").replacing("\r\n", with: "\n")
            let lines = received.split(separator: "\n")
            if let start = lines.firstIndex(where: { $0.hasPrefix("id: ") || $0.hasPrefix("event: ") }) {
                return Array(lines[start...])
            }
        }
        throw Failure.malformed(received)
    }

    /// Appends events to a workspace in one request.
    static func append(_ count: Int = 1, to workspace: String, at address: String, kind: String = "k") throws {
        let event = "{\"workspace_id\":\"\(workspace)\",\"kind\":\"\(kind)\"}"
        let body = "[" + [String](repeating: event, count: count).joined(separator: ",") + "]"
        let client = try RawHTTPClient(to: address)
        try client.send(
            "POST /events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)"
                + "\r\n\r\n\(body)")
        let reply = try client.receive()
        guard reply.status == 201 else { throw Failure.malformed(reply.text) }
    }
}
