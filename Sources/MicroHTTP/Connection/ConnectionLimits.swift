import Synchronization

/// Counts open connections, in all and per address. The acceptor asks it, so that a connection beyond a limit never
/// reaches a worker. One short lock for each connection, none for a request.
final class ConnectionLimits: Sendable {
    private struct Counts {
        var total = 0
        var perAddress: [PeerAddress.LimitKey: Int] = [:]
    }

    private let maxTotal: Int
    private let maxPerAddress: Int
    private let counts = Mutex(Counts())

    /// - Parameters:
    ///   - maxTotal: Connections in all, at least 1.
    ///   - maxPerAddress: Connections of one address; 0 sets no such limit.
    init(maxTotal: Int, maxPerAddress: Int) {
        self.maxTotal = maxTotal
        self.maxPerAddress = maxPerAddress
    }

    /// Counts a connection from `peer` unless a limit is reached. Each admitted one must be released once.
    func admit(_ peer: PeerAddress) -> Bool {
        let key = maxPerAddress > 0 ? peer.limitKey : nil
        return counts.withLock { counts in
            guard counts.total < maxTotal else { return false }
            if let key {
                let open = counts.perAddress[key, default: 0]
                guard open < maxPerAddress else { return false }
                counts.perAddress[key] = open + 1
            }
            counts.total += 1
            return true
        }
    }

    /// Counts a connection that the library accepted by itself on a Unix socket, limit or not.
    func admitUnconditionally() {
        counts.withLock { $0.total += 1 }
    }

    /// Uncounts a connection from `peer`.
    func release(_ peer: PeerAddress) {
        let key = maxPerAddress > 0 ? peer.limitKey : nil
        counts.withLock { counts in
            counts.total -= 1
            guard let key, let open = counts.perAddress[key] else { return }
            counts.perAddress[key] = open > 1 ? open - 1 : nil
        }
    }

    /// Connections open now.
    var total: Int { counts.withLock { $0.total } }
}
