internal import ByteBuffers
internal import MicroHTTP
private import Synchronization

/// Counts live readers and turns away those beyond a limit. One short lock for each reader, none for an event.
final class LiveAdmission: Sendable {
    private struct Counts {
        var total = 0
        var perAddress: [PeerAddress.LimitKey: Int] = [:]
        var perWorkspace: [OwnedBytes: Int] = [:]
    }

    private let limits: LiveLimits
    private let counts = Mutex(Counts())

    init(_ limits: LiveLimits) { self.limits = limits }

    /// Live readers now.
    var total: Int { counts.withLock { $0.total } }

    /// Counts a reader of `workspaces`, until the ticket goes; throws a 503 when it is one too many.
    func admit(_ workspaces: [OwnedBytes], from peer: PeerAddress) throws(Problem) -> LiveTicket {
        let address = limits.maxReadersPerIP > 0 ? peer.limitKey : nil
        let counted = limits.maxReadersPerWorkspace > 0 ? workspaces : []
        let refusal: String? = counts.withLock { counts in
            if counts.total >= limits.maxReaders { return "the daemon has its \(limits.maxReaders) live readers" }
            if let address, counts.perAddress[address, default: 0] >= limits.maxReadersPerIP {
                return "this address has its \(limits.maxReadersPerIP) live readers"
            }
            for id in counted where counts.perWorkspace[id, default: 0] >= limits.maxReadersPerWorkspace {
                return "workspace \(id.span.text) has its \(limits.maxReadersPerWorkspace) live readers"
            }
            counts.total += 1
            if let address { counts.perAddress[address, default: 0] += 1 }
            for id in counted { counts.perWorkspace[id, default: 0] += 1 }
            return nil
        }
        if let refusal { throw Problem(.tooManyReaders, refusal + "; read without waiting, or try again later") }
        return LiveTicket(admission: self, address: address, workspaces: counted)
    }

    fileprivate func release(_ ticket: LiveTicket) {
        counts.withLock { counts in
            counts.total -= 1
            if let address = ticket.address { Self.uncount(address, in: &counts.perAddress) }
            for id in ticket.workspaces { Self.uncount(id, in: &counts.perWorkspace) }
        }
    }

    private static func uncount<Key>(_ key: Key, in counts: inout [Key: Int]) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}

/// A live reader's place under the limits, given back when the last reference goes.
final class LiveTicket: Sendable {
    private let admission: LiveAdmission
    fileprivate let address: PeerAddress.LimitKey?
    fileprivate let workspaces: [OwnedBytes]

    fileprivate init(admission: LiveAdmission, address: PeerAddress.LimitKey?, workspaces: [OwnedBytes]) {
        self.admission = admission
        self.address = address
        self.workspaces = workspaces
    }

    deinit { admission.release(self) }
}
