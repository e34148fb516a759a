import Dispatch
import MicroHTTP
import Synchronization

/// What reached the responders of a server.
final class RequestJournal: Sendable {
    private struct State {
        var lines: [String] = []
        var heads = 0
        var exchanges: [HTTPExchange] = []
    }

    private let state = Mutex(State())
    /// Lets a worker go on that a test holds up.
    let gate = DispatchSemaphore(value: 0)
    /// What sources have produced.
    let production = Production()

    /// Notes a request that is in as a whole.
    func record(_ line: String) { state.withLock { $0.lines.append(line) } }

    /// Notes a request whose body is still to come.
    func recordHead() { state.withLock { $0.heads += 1 } }

    /// Keeps an exchange that the test completes.
    func keep(_ exchange: HTTPExchange) { state.withLock { $0.exchanges.append(exchange) } }

    /// `METHOD target` of each request that was answered, in the order of arrival.
    var lines: [String] { state.withLock { $0.lines } }

    /// Requests whose responder was asked before their body.
    var heads: Int { state.withLock { $0.heads } }

    /// Exchanges kept so far.
    var exchanges: [HTTPExchange] { state.withLock { $0.exchanges } }
}
