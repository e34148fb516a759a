internal import ByteBuffers
internal import MicroHTTP
internal import Problems
private import Synchronization

/// Counts live readers and turns away those beyond a limit. One short lock for each reader, none for an event.
final class LiveAdmission: Sendable {
    private struct Counts {
        var total = 0
        var perAddress: [PeerAddress.LimitKey: Int] = [:]
        var perWorkspace: [OwnedBytes: Int] = [:]
    }

    private let settings: SettingsSource
    private let counts = Mutex(Counts())

    init(_ settings: SettingsSource) { self.settings = settings }

    /// Live readers now.
    var total: Int { counts.withLock { $0.total } }

    /// Counts a reader of `workspaces`, at least one, until the seat is given up; throws a 503 when it is one too many.
    func admit(_ workspaces: [OwnedBytes], from peer: PeerAddress) throws(Problem) -> LiveSeat {
        let limits = settings.current.live
        let address = limits.maxReadersPerIP > 0 ? peer.limitKey : nil
        let most = limits.maxReadersPerWorkspace
        // Without a limit the first is counted, for the seat's number.
        let counted = most > 0 ? workspaces : Array(workspaces.prefix(1))
        let result: Result<LiveSeat, Problem> = counts.withLock { counts in
            if counts.total >= limits.maxReaders {
                return .failure(Self.refusal("the daemon has its \(limits.maxReaders) live readers"))
            }
            if let address, counts.perAddress[address, default: 0] >= limits.maxReadersPerIP {
                return .failure(Self.refusal("this address has its \(limits.maxReadersPerIP) live readers"))
            }
            if most > 0 {
                for id in counted where counts.perWorkspace[id, default: 0] >= most {
                    return .failure(Self.refusal("workspace \(id.span.text) has its \(most) live readers"))
                }
            }
            counts.total += 1
            if let address { counts.perAddress[address, default: 0] += 1 }
            let number = counts.perWorkspace[counted[0], default: 0]
            for id in counted { counts.perWorkspace[id, default: 0] += 1 }
            // The table's own copy of the id, so that many readers of a workspace share one.
            let place = counts.perWorkspace.index(forKey: counted[0])
            let first = place.map { counts.perWorkspace.keys[$0] } ?? counted[0]
            return .success(
                LiveSeat(number: number, address: address, workspace: first, others: Array(counted.dropFirst())))
        }
        return try result.get()
    }

    /// Gives a seat up. Once for each.
    func release(_ seat: LiveSeat) {
        counts.withLock { counts in
            counts.total -= 1
            if let address = seat.address { Self.uncount(address, in: &counts.perAddress) }
            Self.uncount(seat.workspace, in: &counts.perWorkspace)
            for id in seat.others { Self.uncount(id, in: &counts.perWorkspace) }
        }
    }

    private static func refusal(_ reason: String) -> Problem {
        Problem(.tooManyReaders, reason + "; read without waiting, or try again later")
    }

    private static func uncount<Key>(_ key: Key, in counts: inout [Key: Int]) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}

/// What bounds live readers: streams, and requests that wait.
package struct LiveLimits: Sendable {
    /// Most live readers at once.
    package var maxReaders: Int
    /// Most live readers of one workspace; 0 sets no such limit.
    package var maxReadersPerWorkspace: Int
    /// Most live readers of one IPv4 address or one IPv6 /64; 0 sets no such limit.
    package var maxReadersPerIP: Int
    /// Seconds after which a stream ends at the latest, so that readers spread anew over daemons.
    package var streamSeconds: Int
    /// Seconds without an event after which a stream gets a heartbeat.
    package var heartbeatSeconds: Int

    /// The defaults of the configuration.
    package init(
        maxReaders: Int = 10_000, maxReadersPerWorkspace: Int = 0, maxReadersPerIP: Int = 0,
        streamSeconds: Int = 3600, heartbeatSeconds: Int = 15
    ) {
        self.maxReaders = maxReaders
        self.maxReadersPerWorkspace = maxReadersPerWorkspace
        self.maxReadersPerIP = maxReadersPerIP
        self.streamSeconds = streamSeconds
        self.heartbeatSeconds = heartbeatSeconds
    }
}

/// A live reader's place under the limits: what ``LiveAdmission`` counted for it.
///
/// A value on its way to the loop, which makes a ``LiveTicket`` of it. An object made by the worker would lie, for hours,
/// in the worker's heap between the buffers of connections, and keep their memory from going back to the kernel.
struct LiveSeat: Sendable {
    /// How many readers its first workspace had before it.
    let number: Int
    let address: PeerAddress.LimitKey?
    let workspace: OwnedBytes
    let others: [OwnedBytes]
}

/// A seat that is given up when the last reference goes.
final class LiveTicket: Sendable {
    private let seat: LiveSeat
    private let admission: LiveAdmission

    init(_ seat: LiveSeat, of admission: LiveAdmission) {
        self.seat = seat
        self.admission = admission
    }

    deinit { admission.release(seat) }
}
