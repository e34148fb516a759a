import CMicroHTTPD
import Glibc
import MemoryBudget
import Synchronization

/// What acceptor, workers and the stop sequence share.
final class ServerCore: Sendable {
    let deadlines: Deadlines
    let limits: ConnectionLimits
    let maxBodyBytes: Int
    /// Bodies longer than this end the connection.
    let hardBodyBytes: Int
    let clock: ServerClock
    let log: HTTPServerLog
    let observer: (any HTTPObserver)?
    /// Whether the library keeps a header block as it is; otherwise headers are added one by one.
    let usesHeaderBlock: Bool
    /// Whether the library's parser is one that leaves the head in place.
    let checksHeadStructure: Bool
    /// Set when the stop sequence begins: every answer closes its connection.
    let isDraining = Atomic(false)
    let budget: MemoryBudget?
    private let now: @Sendable () -> UInt64

    /// What a connection holds beside the library's pool: the library's record of it and ours, and the buffers that stay from
    /// one request to the next.
    private static let connectionBytes = 8192

    init(_ configuration: HTTPServerConfiguration, usesHeaderBlock: Bool, log: @escaping HTTPServerLog) {
        deadlines = configuration.deadlines
        limits = ConnectionLimits(
            maxTotal: configuration.maxConnections, maxPerAddress: configuration.maxConnectionsPerIP,
            budget: configuration.budget,
            connectionBytes: configuration.maxHeadBytes + ServerCore.connectionBytes)
        maxBodyBytes = configuration.maxBodyBytes
        hardBodyBytes =
            configuration.maxBodyBytes.multipliedReportingOverflow(by: 4).overflow
            ? .max : configuration.maxBodyBytes * 4
        now = configuration.now
        clock = ServerClock(milliseconds: configuration.now(), wallSeconds: ServerClock.systemWallSeconds())
        self.log = log
        budget = configuration.budget
        observer = configuration.observer
        self.usesHeaderBlock = usesHeaderBlock
        // SAFETY: the library returns a constant C string.
        checksHeadStructure = unsafe String(cString: MHD_get_version()).hasPrefix("0.9.7")
    }

    /// Refreshes the clock that the request path reads.
    func tick() { clock.tick(milliseconds: now(), wallSeconds: ServerClock.systemWallSeconds()) }
}
