import MemoryBudget
import Synchronization

/// Counts open connections, in all and per address, streams included. The acceptor asks it, so that a connection beyond a
/// limit never reaches a worker. One short lock for each connection, none for a request.
final class ConnectionLimits: Sendable {
    private struct State {
        var total = 0
        var streams = 0
        var perAddress: [PeerAddress.LimitKey: Int] = [:]
        var maxTotal: Int
        var maxPerAddress: Int
    }

    /// What becomes of a new connection.
    enum Verdict {
        case admitted(ConnectionAdmission)
        /// One of the limits is reached.
        case tooMany
        /// There is no memory for it.
        case overloaded
    }

    private let state: Mutex<State>
    private let budget: MemoryBudget?
    /// What a connection holds while the library serves it.
    private let connectionBytes: Int

    /// - Parameters:
    ///   - maxTotal: Connections in all, at least 1.
    ///   - maxPerAddress: Connections of one address; 0 sets no such limit.
    ///   - budget: What connections are counted in; nil bounds nothing.
    ///   - connectionBytes: What a connection takes of the budget, until it becomes a stream.
    init(maxTotal: Int, maxPerAddress: Int, budget: MemoryBudget? = nil, connectionBytes: Int = 0) {
        state = Mutex(State(maxTotal: maxTotal, maxPerAddress: maxPerAddress))
        self.budget = budget
        self.connectionBytes = connectionBytes
    }

    /// Counts a connection from `peer` unless a limit is reached. Each admitted one must be released once.
    func admit(_ peer: PeerAddress) -> Verdict {
        let key = peer.limitKey
        let isAdmitted = state.withLock { state in
            guard state.total < state.maxTotal else { return false }
            if let key {
                let open = state.perAddress[key, default: 0]
                guard state.maxPerAddress == 0 || open < state.maxPerAddress else { return false }
                state.perAddress[key] = open + 1
            }
            state.total += 1
            return true
        }
        guard isAdmitted else { return .tooMany }
        guard budget?.reserve(connectionBytes, for: .readers) ?? true else {
            uncount(peer, isStream: false)
            return .overloaded
        }
        return .admitted(ConnectionAdmission(peer: peer, limits: self))
    }

    /// Sets other limits for connections that come from now on.
    func change(maxTotal: Int, maxPerAddress: Int) {
        state.withLock { state in
            state.maxTotal = maxTotal
            state.maxPerAddress = maxPerAddress
        }
    }

    /// Connections open now, and how many of them are streams.
    var open: (total: Int, streams: Int) { state.withLock { ($0.total, $0.streams) } }

    fileprivate func release(_ peer: PeerAddress, isStream: Bool) {
        if !isStream { budget?.release(connectionBytes, for: .readers) }
        uncount(peer, isStream: isStream)
    }

    fileprivate func noteStream() {
        budget?.release(connectionBytes, for: .readers)
        state.withLock { $0.streams += 1 }
    }

    fileprivate func noteNoStream() {
        budget?.reserveAnyway(connectionBytes, for: .readers)
        state.withLock { $0.streams -= 1 }
    }

    private func uncount(_ peer: PeerAddress, isStream: Bool) {
        let key = peer.limitKey
        state.withLock { state in
            state.total -= 1
            if isStream { state.streams -= 1 }
            guard let key, let open = state.perAddress[key] else { return }
            state.perAddress[key] = open > 1 ? open - 1 : nil
        }
    }
}

/// A connection's place under the limits. A value that goes with the socket from owner to owner; the last one releases it.
struct ConnectionAdmission: Sendable {
    let peer: PeerAddress
    let limits: ConnectionLimits
    private(set) var isStream = false

    init(peer: PeerAddress, limits: ConnectionLimits) {
        self.peer = peer
        self.limits = limits
    }

    /// The same place, now that of a stream, which holds next to nothing of the budget.
    func asStream() -> ConnectionAdmission {
        limits.noteStream()
        var admission = self
        admission.isStream = true
        return admission
    }

    /// Takes ``asStream()`` back: the connection's own place goes on.
    func becomeConnectionAgain() { limits.noteNoStream() }

    /// Gives the place up. Once.
    func release() { limits.release(peer, isStream: isStream) }
}
