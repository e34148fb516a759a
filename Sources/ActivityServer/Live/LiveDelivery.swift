internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems
private import Synchronization

/// Live readers: takes them in, under limits, and deals them out to loops, one for each core.
///
/// Its life is `init`, ``start()``, ``stop()``. Before the start and after the stop every live reader is refused.
package final class LiveDelivery: Sendable {
    /// Who waits for which workspace; stores announce every change here.
    var topics: LogTopics { logs.topics }
    private let admission: LiveAdmission
    private let limits: LiveLimits
    private let logs: EventLogs
    private let loops = Mutex<[StreamLoop<LiveDriver>]>([])

    init(logs: EventLogs, limits: LiveLimits) {
        self.logs = logs
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
            let (logs, limits, admission) = (logs, limits, admission)
            let isRunning = loop.start {
                LiveDriver(logs: logs, loop: loop, limits: limits, admission: admission)
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

    /// Begins a stream, which keeps the `view` of who opened it. Throws when a limit is reached or the daemon goes down.
    func open(
        _ format: LiveFormat, _ places: [LiveSubscription.Place], isMerged: Bool = false, kinds: KindFilter?,
        maxAge: Int64?, peer: PeerAddress, view: LogView
    ) throws(Problem) -> HTTPDisposition {
        let seat = try admission.admit(places.map(\.workspace), from: peer)
        let subscription = LiveSubscription(
            format: format, places: places, isMerged: isMerged, kinds: kinds, maxAge: maxAge, view: view, seat: seat)
        guard let loop = loop(for: seat) else {
            admission.release(seat)
            throw Self.draining
        }
        return .stream(Opening(subscription, on: loop, admission))
    }

    /// Parks a request until there is something to tell it, or `seconds` have passed. Throws when a limit is reached or
    /// the daemon goes down; the caller then answers at once.
    func wait(with poll: some LivePoll, exchange: HTTPExchange, seconds: Int) throws(Problem) -> HTTPDisposition {
        let seat = try admission.admit(poll.workspaces, from: exchange.peer)
        guard let loop = loop(for: seat),
            loop.send(.wait(poll, exchange, deadline: loop.now + UInt64(seconds) * 1000, seat))
        else {
            admission.release(seat)
            throw Self.draining
        }
        return .later
    }

    private static let draining = Problem(.draining, "the daemon is stopping; try again on a new connection")

    /// The loop of a reader: that of its workspace's other readers, and another after each thousand of them.
    ///
    /// Sending from two threads at once costs more than from one after the other: the kernel's locks contend. So the
    /// readers of one workspace are spread only when they are so many that one core would take too long for them. Nil when
    /// there are no loops.
    private func loop(for seat: LiveSeat) -> StreamLoop<LiveDriver>? {
        let home = WorkspaceID.hash(of: seat.workspace.span) & 0xffff
        return loops.withLock { loops in
            loops.isEmpty ? nil : loops[(home + seat.number / Self.readersInARow) % loops.count]
        }
    }

    /// How many readers of a workspace go to one loop before the next.
    private static let readersInARow = 1024

    /// Hands the connection of a new stream to its loop; gives its seat up when that does not come to be.
    private final class Opening: HTTPStreamOpening {
        private let subscription: LiveSubscription
        private let loop: StreamLoop<LiveDriver>
        private let admission: LiveAdmission
        private let isOpened = Atomic(false)

        init(_ subscription: LiveSubscription, on loop: StreamLoop<LiveDriver>, _ admission: LiveAdmission) {
            self.subscription = subscription
            self.loop = loop
            self.admission = admission
        }

        deinit { if !isOpened.load(ordering: .relaxed) { admission.release(subscription.seat) } }

        func open(_ socket: StreamSocket, head: OwnedBytes) -> Bool {
            let isTaken = loop.send(.open(socket, head: head, subscription))
            isOpened.store(isTaken, ordering: .relaxed)
            return isTaken
        }
    }
}
