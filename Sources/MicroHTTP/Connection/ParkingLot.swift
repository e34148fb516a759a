import Synchronization

/// The requests of one worker that wait for an answer, kept so that the stop sequence can answer what is left.
final class ParkingLot: Sendable {
    private struct State {
        var isClosed = false
        var parked: [ObjectIdentifier: HTTPExchange] = [:]
    }

    private let state = Mutex(State())

    /// Notes a request that is about to wait; false when the lot is closed.
    func enter(_ exchange: HTTPExchange) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.parked[ObjectIdentifier(exchange)] = exchange
            return true
        }
    }

    /// Forgets a request that the worker has woken up for, or that ended.
    func leave(_ exchange: HTTPExchange) {
        let left = state.withLock { $0.parked.removeValue(forKey: ObjectIdentifier(exchange)) }
        // Released after unlocking.
        _ = left
    }

    /// Lets nothing in any more and returns what is parked.
    func close() -> [HTTPExchange] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.parked.values)
        }
    }

    /// Requests that are parked.
    var count: Int { state.withLock { $0.parked.count } }

    /// Whether nothing is parked.
    var isEmpty: Bool { state.withLock { $0.parked.isEmpty } }
}
