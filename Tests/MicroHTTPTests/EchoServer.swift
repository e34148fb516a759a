import Foundation
import Synchronization
import TestSupport

@testable import MicroHTTP

/// A running server that answers with what it was sent, see ``EchoResponder``. Stopped when dropped.
final class EchoServer: Sendable {
    let server: HTTPServer
    let journal = RequestJournal()

    /// Starts on 127.0.0.1 with two workers, unless `configure` says otherwise.
    init(
        log: RecordedLog? = nil,
        _ configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = HTTPServerConfiguration(listeners: [.tcp(host: "127.0.0.1", port: 0)])
        configuration.workers = 2
        configure(&configuration)
        let journal = journal
        server = try HTTPServer(
            configuration: configuration,
            log: { level, line in
                if level != .debug { log?.add(line) }
            }
        ) { _ in
            EchoResponder(journal: journal)
        }
        try server.start()
    }

    deinit { server.drainAndStop(grace: .milliseconds(200)) }

    /// Connects to the first TCP address.
    func connect(limitSeconds: Int = 10) throws -> RawHTTPClient {
        for case .tcp(let host, let port) in server.addresses {
            return try RawHTTPClient(host: host, port: port, limitSeconds: limitSeconds)
        }
        throw HTTPServerError.noListener
    }

    /// Whether a request waits, suspended, for its exchange to be completed.
    var hasParkedRequest: Bool { !server.workers.allSatisfy(\.parkingLot.isEmpty) }
}
