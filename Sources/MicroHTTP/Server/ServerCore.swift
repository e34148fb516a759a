import CMicroHTTPD
import Glibc
import MemoryBudget
import Synchronization

/// What acceptor, workers and the stop sequence share.
final class ServerCore: Sendable {
    let limits: ConnectionLimits
    let clock: ServerClock
    let log: HTTPServerLog
    let observer: (any HTTPObserver)?
    /// Whether there is one: a look at that one costs its retain.
    let isObserved: Bool
    let budget: MemoryBudget?
    /// Whether the library's parser is one that leaves the head in place.
    let checksHeadStructure: Bool
    /// Set when the stop sequence begins: every answer closes its connection.
    let isDraining = Atomic(false)
    /// How much a stamp of the clock may lie behind, in milliseconds.
    let grain: UInt64
    private let now: @Sendable () -> UInt64
    private let current: Mutex<ServerSettings>
    private let changes = Atomic(0)

    /// What a connection holds beside the library's pool: the library's record of it and ours, and the buffers that stay from
    /// one request to the next.
    private static let connectionBytes = 8192

    init(_ configuration: HTTPServerConfiguration, log: @escaping HTTPServerLog) {
        current = Mutex(ServerSettings(configuration.limits))
        limits = ConnectionLimits(
            maxTotal: configuration.limits.maxConnections, maxPerAddress: configuration.limits.maxConnectionsPerIP,
            budget: configuration.budget,
            connectionBytes: configuration.maxHeadBytes + ServerCore.connectionBytes)
        now = configuration.now
        grain = configuration.tick.milliseconds
        clock = ServerClock(milliseconds: configuration.now(), wallSeconds: ServerClock.systemWallSeconds())
        self.log = log
        budget = configuration.budget
        observer = configuration.observer
        isObserved = configuration.observer != nil
        // SAFETY: the library returns a constant C string.
        checksHeadStructure = unsafe String(cString: MHD_get_version()).hasPrefix("0.9.7")
    }

    /// Refreshes the clock that the request path reads; `lost` milliseconds have passed in which the process did not run.
    func tick(without lost: UInt64 = 0) {
        clock.tick(milliseconds: now() - lost, wallSeconds: ServerClock.systemWallSeconds())
    }

    /// Counts the changes of ``settings``.
    var generation: Int { changes.load(ordering: .relaxed) }

    /// The settings of now. Takes a lock: whoever needs them for each request keeps them as long as ``generation`` stays.
    var settings: ServerSettings { current.withLock { $0 } }

    /// Swaps the settings.
    func apply(_ newLimits: HTTPLimits) {
        current.withLock { $0 = ServerSettings(newLimits) }
        changes.add(1, ordering: .releasing)
        limits.change(maxTotal: newLimits.maxConnections, maxPerAddress: newLimits.maxConnectionsPerIP)
    }
}
