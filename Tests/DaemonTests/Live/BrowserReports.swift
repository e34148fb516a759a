import Foundation
import TestSupport

/// What an ``EventSourcePage`` reports, read by long-polls.
final class BrowserReports {
    /// One report.
    struct Report: Decodable {
        struct Payload: Decodable {
            struct Event: Decodable {
                var id: Int?
            }

            var state: Int?
            var last: String?
            var data: Event?
        }

        var id: Int
        var kind: String
        var payload: Payload
    }

    private let client: RawHTTPClient
    private let workspace: String
    private var last = 0
    private var pending: [Report] = []

    init(of workspace: String, at address: String) throws {
        client = try RawHTTPClient(to: address, limitSeconds: 60)
        self.workspace = workspace
    }

    /// The next report; throws when none comes for a minute.
    func next() throws -> Report {
        for _ in 0..<2 where pending.isEmpty {
            try client.ask(workspace, "since=\(last)&wait=30")
            let reply = try client.receive()
            pending = try JSONDecoder().decode([Report].self, from: Data(reply.body))
            last = pending.last?.id ?? last
        }
        guard !pending.isEmpty else { throw RawHTTPClient.Failure.timedOut }
        return pending.removeFirst()
    }
}
