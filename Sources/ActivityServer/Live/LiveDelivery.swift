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
    private let settings: SettingsSource
    private let logs: EventLogs
    private let loops = Mutex<[StreamLoop<LiveDriver>]>([])

    init(logs: EventLogs, settings: SettingsSource) {
        self.logs = logs
        self.settings = settings
        admission = LiveAdmission(settings)
    }

    /// Live readers now.
    package var readers: Int { admission.total }

    /// Starts `count` loops; false when the system has no room for them. `tick` and `clock` are for tests, see
    /// ``StreamLoop``.
    package func start(loops count: Int, tick: UInt64 = 250, clock: (@Sendable () -> UInt64)? = nil) -> Bool {
        for _ in 0..<max(count, 1) {
            guard let loop = StreamLoop<LiveDriver>(tick: tick, clock: clock) else { return false }
            let (logs, settings, admission) = (logs, settings, admission)
            let isRunning = loop.start {
                LiveDriver(logs: logs, loop: loop, settings: settings, admission: admission)
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

    /// Begins a stream, now or later: when each of its logs has answered a probe, so that a log which cannot be read is a
    /// problem and not a stream without events. Throws when one cannot, a limit is reached or the daemon goes down.
    func open(
        _ wish: LiveWish, in view: LogView, for request: borrowing HTTPRequest, with response: inout HTTPResponse,
        exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let isHead = request.method == .head
        let probes = wish.places.map { place in
            Result<PageQuestion, Problem>.success(
                PageQuestion(workspace: place.workspace, query: EventQuery(limit: 0)))
        }
        let answers = PageGathering.answers(of: view, to: probes) {
            let instance = OwnedBytes(request.path)
            return { answers in
                exchange.answer { [self] response, exchange in
                    do throws(Problem) {
                        return try begin(wish, view, isHead, after: answers, &response, exchange)
                    } catch {
                        response.write(error, instance: instance.span)
                        return .now
                    }
                }
            }
        }
        guard let answers else { return .later }
        return try begin(wish, view, isHead, after: answers, &response, exchange)
    }

    private func begin(
        _ wish: LiveWish, _ view: LogView, _ isHead: Bool, after probes: [PageGathering.Answer],
        _ response: inout HTTPResponse,
        _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        for probe in probes { _ = try probe.get() }
        response.writeStreamHead(wish.format == .ndjson ? .ndjson : .eventStream)
        if isHead { return .now }
        let seat = try admission.admit(wish.places.map(\.workspace), from: exchange.peer)
        let subscription = LiveSubscription(wish, view: view, seat: seat)
        guard let loop = loop(for: seat) else {
            admission.release(seat)
            throw .draining
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
            throw .draining
        }
        return .later
    }

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

/// What the reader of a stream asks for.
struct LiveWish: Sendable {
    /// A workspace, and where in it to begin.
    struct Place: Sendable {
        let workspace: OwnedBytes
        /// Nil: at the oldest resident event.
        let cursor: LogCursor?
    }

    let format: LiveFormat
    /// One, or for a merged stream up to 200.
    let places: [Place]
    /// Whether rows tell their workspace and tokens cover all of them.
    var isMerged = false
    /// Only events of these kinds; nil: all.
    let kinds: KindFilter?
    /// Only events that are at most this old when the stream begins, in microseconds; nil: any age.
    let maxAge: Int64?
}

/// A stream that is to begin: what its reader asked for, and its place under the limits.
struct LiveSubscription: Sendable {
    let wish: LiveWish
    /// The logs as its reader may use them.
    let view: LogView
    let seat: LiveSeat

    init(_ wish: LiveWish, view: LogView, seat: LiveSeat) {
        self.wish = wish
        self.view = view
        self.seat = seat
    }
}
