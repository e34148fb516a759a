import ByteBuffers
import CMicroHTTPD
import Glibc
import MemoryBudget
import Synchronization

/// One connection and its current request. There is one object for a connection, reused for each request on it.
///
/// Everything but `stamp` and `slot` belongs to the worker's thread.
final class Connection {
    /// Where the current request stands, as the sequence of access callbacks has it.
    enum Stage {
        /// No request.
        case idle
        /// The request line is in; the next callback brings the head.
        case head
        /// The head is in; callbacks bring the body, the last one nothing.
        case body
        /// The answer is awaited from another thread, or from a later turn.
        case parked
        /// The answer is on its way.
        case answered
        /// Its socket is a stream's.
        case handedOver
    }

    unowned let worker: Worker
    /// Owned by the library; valid until the connection has left the registry.
    let descriptor: Int32
    let peer: PeerAddress
    /// The listener that it came in by, as an index of the configuration's.
    let listener: Int
    /// Place in the registry, guarded by its lock.
    var slot = 0

    // SAFETY: only the worker's thread touches them, one after the other; a view of them lives no longer than the call
    // that it is an argument of (`Worker.request(of:)`).
    @exclusivity(unchecked) var stage = Stage.idle
    @exclusivity(unchecked) var target = ByteBuffer()
    @exclusivity(unchecked) var head = RequestHead()
    @exclusivity(unchecked) var method = HTTPMethod.other
    @exclusivity(unchecked) var parts = HTTPTargetParts()
    @exclusivity(unchecked) var body: RequestBody
    /// What the answer to the current request holds until it is sent.
    @exclusivity(unchecked) var reply: MemoryReservation
    @exclusivity(unchecked) var exchange: HTTPExchange?
    /// Whether the answer to the current request came later, so that others have its exchange.
    @exclusivity(unchecked) var wasParked = false
    /// The received head, in the connection's pool: valid from the first access callback to the end of the request.
    @exclusivity(unchecked) var headBytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// Length of the method at the start of `headBytes`.
    @exclusivity(unchecked) var methodCount = 0

    // What the observer is told of the current request; kept only when there is one.
    @exclusivity(unchecked) var startedAt: UInt64 = 0
    /// 0 before there is an answer.
    @exclusivity(unchecked) var status: UInt16 = 0
    @exclusivity(unchecked) var answerBytes = 0
    /// Whether the request that timed out has been reported.
    @exclusivity(unchecked) var isTimeOutReported = false

    /// Whether its socket has gone to a stream.
    @exclusivity(unchecked) var isStream = false

    // SAFETY: only the sweeper's thread touches it.
    @exclusivity(unchecked) private var replyProgress: ReplyProgress?

    /// The library's connection; nil once it has been closed.
    @exclusivity(unchecked) var mhd: OpaquePointer?
    /// Whether the library has a placeholder for the answer to the current request.
    @exclusivity(unchecked) var isHeld = false
    /// What is left of that answer.
    @exclusivity(unchecked) var outgoing: OutgoingAnswer?
    /// Whether the kernel has all of it.
    @exclusivity(unchecked) var isSent = false
    /// Whether the connection ends with the answer, which the library does not know.
    @exclusivity(unchecked) var closesAfterAnswer = false
    /// Whether the peer has said that it sends nothing more.
    @exclusivity(unchecked) var hasPeerFinished = false

    private let stamp: Atomic<UInt64>

    init(worker: Worker, mhd: OpaquePointer, peer: PeerAddress, listener: Int, now: UInt64) {
        self.worker = worker
        unsafe self.mhd = mhd
        unsafe descriptor = CMicroHTTPD_descriptor(mhd)
        body = RequestBody(worker.core.budget)
        reply = MemoryReservation(worker.core.budget, for: .replies)
        self.peer = peer
        self.listener = listener
        stamp = Atomic(PhaseStamp(.opened, at: now).word)
    }

    /// Phase and time, for any thread.
    var currentStamp: PhaseStamp { PhaseStamp(word: stamp.load(ordering: .acquiring)) }

    /// Moves on to `phase`; false when the sweeper has ended the connection meanwhile. Worker thread.
    func advance(to phase: ConnectionPhase, at now: UInt64) -> Bool {
        let old = PhaseStamp(word: stamp.load(ordering: .relaxed))
        guard !old.phase.isOver else { return false }
        return stamp.compareExchange(
            expected: old.word, desired: PhaseStamp(phase, at: now).word, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Ends the phase `old`, which the caller judged to be too long, in favour of `.expired` or `.timedOut`; false when the
    /// worker was faster. Sweeper.
    func end(_ old: PhaseStamp, as phase: ConnectionPhase, at now: UInt64) -> Bool {
        stamp.compareExchange(
            expected: old.word, desired: PhaseStamp(phase, at: now).word, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Whether others than this connection hold its exchange.
    var isExchangeShared: Bool { exchange != nil && !isKnownUniquelyReferenced(&exchange) }

    /// Keeps for the observer what is answered.
    func noteAnswer(status: UInt16, bodyBytes: Int) {
        self.status = status
        answerBytes = method == .head || status == 204 || status == 304 ? 0 : bodyBytes
    }

    /// Back to no request, after the library is done with one. Worker thread.
    func finishRequest(at now: UInt64) {
        stage = .idle
        wasParked = false
        isSent = false
        unsafe headBytes = UnsafeBufferPointer(start: nil, count: 0)
        _ = advance(to: .idle, at: now)
        // The library would wait for an event that has been: see `peerEnded`.
        if hasPeerFinished { stopReading() }
    }

    /// What the answer to the current request says about the connection, as RFC 9112 section 9.3 and the library have it.
    func option(closes: Bool) -> ConnectionOption {
        guard !closes else { return .close }
        let head = unsafe Span(_unsafeElements: headBytes)
        guard let value = self.head.fields.value(.connection, in: head) else {
            return self.head.isHTTP10 ? .close : .keep
        }
        if self.head.fields.isRepeated(.connection) || value.hasToken("close") { return .close }
        guard self.head.isHTTP10 else { return .keep }
        return value.hasToken("keep-alive") ? .keepAlive : .close
    }

    /// Whether the client reads its reply, which began with `stamp`, fast enough. Sweeper.
    func replyGoesOn(_ stamp: PhaseStamp, now: UInt64, deadline: UInt64) -> Bool {
        let acknowledged = CMicroHTTPD_acknowledgedBytes(descriptor)
        // Of a Unix socket the kernel tells only what is under way, which changes when the peer reads.
        let bytes = acknowledged >= 0 ? acknowledged : CMicroHTTPD_unsentBytes(descriptor)
        var progress = replyProgress ?? ReplyProgress(stamp, bytes: bytes)
        if !progress.isAbout(stamp) { progress = ReplyProgress(stamp, bytes: bytes) }
        let goesOn = progress.goesOn(bytes: bytes, isCount: acknowledged >= 0, now: now, deadline: deadline)
        replyProgress = progress
        return goesOn
    }

    /// Finds out whether a peer that sends nothing more still reads: one that has gone answers with a reset, which
    /// whoever watches the socket hears of. An interim response is what may be sent before the answer (RFC 9110 section
    /// 15.2), and this is the one that no client stumbles over.
    func probePeer() {
        if !head.isHTTP10 { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8).span) }
    }

    /// Ends both directions at once; what the kernel still holds for the peer is dropped when the library closes.
    func abort() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Tells the peer that nothing more is read: an idle connection closes at once, an answer on its way is finished.
    func stopReading() { _ = shutdown(descriptor, Int32(SHUT_RD)) }

    /// Sends what fits of `message` and ends both directions. The library notices and closes.
    func cutOff(with message: Span<UInt8>) {
        send(message)
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Sends what fits of `message` past the library. Only where no response is being sent.
    func send(_ message: Span<UInt8>) {
        message.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            _ = unsafe CMicroHTTPD_send(descriptor, start, bytes.count)
        }
    }
}

// SAFETY: other threads only use the constants, `stamp`, which is atomic, `slot`, under the registry's lock, and the
// descriptor, under the same lock, which the worker takes before the descriptor is closed.
extension Connection: @unchecked Sendable {}
