internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
private import Synchronization

/// Live readers: takes them in, under limits, and deals them out to loops, one for each core.
///
/// Its life is `init`, ``start()``, ``stop()``. Before the start and after the stop every live reader is refused.
package final class LiveDelivery: Sendable {
    /// Who waits for which workspace; every append is published here.
    let topics = LogTopics()
    private let admission: LiveAdmission
    private let limits: LiveLimits
    let workspaces: WorkspaceRegistry
    private let loops = Mutex<[StreamLoop<LiveDriver>]>([])
    private let next = Atomic(0)

    init(workspaces: WorkspaceRegistry, limits: LiveLimits) {
        self.workspaces = workspaces
        self.limits = limits
        admission = LiveAdmission(limits)
    }

    /// Live readers now.
    package var readers: Int { admission.total }

    /// Starts `count` loops; false when the system has no room for them. `tick` and `clock` are for tests, see
    /// ``StreamLoop``.
    package func start(loops count: Int, tick: UInt64 = 250, clock: (@Sendable () -> UInt64)? = nil) -> Bool {
        for _ in 0..<max(count, 1) {
            guard let loop = StreamLoop<LiveDriver>(tick: tick, clock: clock) else { return false }
            let (workspaces, topics, limits) = (workspaces, topics, limits)
            let isRunning = loop.start {
                LiveDriver(workspaces: workspaces, topics: topics, loop: loop, limits: limits)
            }
            guard isRunning else { return false }
            loops.withLock { $0.append(loop) }
        }
        return true
    }

    /// Answers every request that waits, ends every stream and the threads. Blocks for a little more than a second at
    /// most.
    package func stop() {
        let stopped = loops.withLock { loops in
            defer { loops = [] }
            return loops
        }
        for loop in stopped { loop.beginStopping() }
        for loop in stopped { loop.stop() }
    }

    /// Tells the live readers of a workspace that something was appended to it. One load when there are none.
    func publish(_ workspace: Span<UInt8>) { topics.publish(workspace) }

    /// As above.
    func publish(_ workspace: Workspace) {
        let id = workspace.id
        publish(id.span)
    }

    /// Begins a stream. Throws when a limit is reached or the daemon goes down.
    func open(
        _ format: LiveFormat, _ places: [LiveSubscription.Place], isMerged: Bool = false, kinds: KindFilter?,
        maxAge: Int64?, peer: PeerAddress
    ) throws(Problem) -> HTTPDisposition {
        let loop = try nextLoop()
        let ticket = try admission.admit(places.map(\.workspace), from: peer)
        let subscription = LiveSubscription(
            format: format, places: places, isMerged: isMerged, kinds: kinds, maxAge: maxAge, ticket: ticket)
        return .stream(Opening(loop: loop, subscription: subscription))
    }

    /// Parks a request until there is something to tell it, or `seconds` have passed. Throws when a limit is reached or
    /// the daemon goes down; the caller then answers at once.
    func wait(with poll: some LivePoll, exchange: HTTPExchange, seconds: Int) throws(Problem) -> HTTPDisposition {
        let loop = try nextLoop()
        let ticket = try admission.admit(poll.workspaces, from: exchange.peer)
        guard loop.send(.wait(poll, exchange, deadline: loop.now + UInt64(seconds) * 1000, ticket)) else {
            throw Self.draining
        }
        return .later
    }

    private static let draining = Problem(.draining, "the daemon is shutting down")

    private func nextLoop() throws(Problem) -> StreamLoop<LiveDriver> {
        let turn = next.add(1, ordering: .relaxed).newValue
        guard let loop = loops.withLock({ $0.isEmpty ? nil : $0[turn % $0.count] }) else { throw Self.draining }
        return loop
    }

    /// Hands the connection of a new stream to its loop.
    private struct Opening: HTTPStreamOpening {
        let loop: StreamLoop<LiveDriver>
        let subscription: LiveSubscription

        func open(_ socket: StreamSocket) -> Bool { loop.send(.open(socket, subscription)) }
    }
}
