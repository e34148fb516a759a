import ByteBuffers
import Synchronization

/// Fills in an answer on the worker of its connection, and says when it goes out. Never called on another thread.
package typealias HTTPAnswer = @Sendable (inout HTTPResponse, HTTPExchange) -> HTTPDisposition

/// A request and its answer: what belongs to every answer, early or late, and the handle by which any thread answers later.
package final class HTTPExchange: Sendable {
    private enum State {
        /// No answer yet, and the connection still runs.
        case open
        /// No answer yet; the connection waits for one. A poll may watch its peer meanwhile.
        case parked(Connection, StreamPoll?)
        /// The answer is there and the worker has not fetched it.
        case answered(HTTPAnswer)
        /// Nothing more will be sent.
        case closed
    }

    /// What became of an attempt to park a connection.
    enum Parking {
        case parked
        /// The answer was faster.
        case answered(HTTPAnswer)
        /// The server stops and parks nothing any more.
        case stopping
    }

    /// Who asked, for limits on what one address may hold.
    package let peer: PeerAddress
    /// The listener that the connection came in by, as an index of ``HTTPServerConfiguration/listeners``.
    package let listener: Int

    private let state = Mutex(State.open)
    private let tagWord = Atomic(0)
    private let hasCommonLines = Atomic(false)
    private let commonLines = Mutex(ByteBuffer())

    /// Makes the exchange of one request; the worker does, and whoever asks a responder without a socket.
    package init(peer: PeerAddress, listener: Int = 0) {
        self.peer = peer
        self.listener = listener
    }

    // MARK: What belongs to every answer

    /// A number that the responder keeps with the request, such as its route: from ``HTTPResponder/refuse(_:with:exchange:)``
    /// for ``HTTPResponder/respond(to:with:exchange:)`` and for the ``HTTPObserver``. 0 at first.
    package var tag: Int {
        get { tagWord.load(ordering: .relaxed) }
        set { tagWord.store(newValue, ordering: .relaxed) }
    }

    /// Adds a header to whatever is answered to this request, also to a refusal, a 304, the head of a stream and an answer
    /// that comes later; not to an answer that is out already. False, and left out, when the value is empty or contains a
    /// control character.
    @discardableResult
    package func addCommonHeader(_ name: StaticString, value: Span<UInt8>) -> Bool {
        let isAdded = commonLines.withLock { lines in Self.append(name, value, to: &lines) }
        if isAdded { hasCommonLines.store(true, ordering: .relaxed) }
        return isAdded
    }

    /// As above, with a constant value.
    package func addCommonHeader(_ name: StaticString, value: StaticString) {
        commonLines.withLock { lines in _ = lines.appendHeader(name) { $0.append(value) } }
        hasCommonLines.store(true, ordering: .relaxed)
    }

    /// The lock's closure cannot capture a span.
    private static func append(_ name: StaticString, _ value: Span<UInt8>, to lines: inout ByteBuffer) -> Bool {
        lines.appendHeader(name) { $0.append(value) }
    }

    /// Appends the common headers, each with its CR LF. One load when there are none.
    @inline(__always)
    func appendCommonLines(to lines: inout ByteBuffer) {
        if hasCommonLines.load(ordering: .relaxed) { appendLines(to: &lines) }
    }

    @inline(never)
    private func appendLines(to lines: inout ByteBuffer) {
        commonLines.withLock { common in lines.append(common.span) }
    }

    /// Makes this the exchange of the connection's next request. Worker thread; nobody else holds it.
    @inline(__always)
    func beginRequest() {
        tagWord.store(0, ordering: .relaxed)
        if hasCommonLines.load(ordering: .relaxed) {
            hasCommonLines.store(false, ordering: .relaxed)
            commonLines.withLock { $0.removeAll(keepingAtMost: 1024) }
        }
    }

    // MARK: Answering later

    /// Answers a request whose responder said `.later`. Any thread; never blocks on the client.
    ///
    /// `render` is kept, and called once on the worker of the connection; it may say `.later` again, after which the next
    /// call counts, or begin a stream. Of several calls before that only the first counts. It is dropped when the client
    /// has left, and when the server gave up waiting for it.
    package func answer(_ render: @escaping HTTPAnswer) {
        let parked: Connection? = state.withLock { state in
            switch state {
            case .open:
                state = .answered(render)
                return nil
            case .parked(let connection, let poll):
                state = .answered(render)
                // While it says parked, the connection is open: afterwards the number may be another's.
                _ = poll?.unwatch(connection.descriptor)
                return connection
            case .answered, .closed: return nil
            }
        }
        if let parked { parked.worker.wake(parked) }
    }

    /// Lets `poll` report under the name `watch` when the peer leaves, until the exchange is answered; false while the
    /// request does not wait, or when the kernel has no room.
    func watchPeer(in poll: StreamPoll, as watch: UInt64) -> Bool {
        state.withLock { state in
            guard case .parked(let connection, _) = state else { return false }
            let isWatched = poll.watchPeer(connection.descriptor, as: watch)
            state = .parked(connection, isWatched ? poll : nil)
            return isWatched
        }
    }

    // MARK: The worker's side

    /// Lets `connection` wait until an answer comes, unless one is there.
    func park(_ connection: Connection, in lot: ParkingLot) -> Parking {
        state.withLock { state in
            switch state {
            case .open:
                guard lot.enter(self) else {
                    state = .closed
                    return .stopping
                }
                state = .parked(connection, nil)
                return .parked
            case .answered(let render):
                state = .open
                return .answered(render)
            case .parked: preconditionFailure("a connection is parked once at a time")
            case .closed: return .stopping
            }
        }
    }

    /// Makes `next` the answer, which the worker comes to in its next turn; false when the server stops and it has to be
    /// called at once.
    func postpone(_ next: @escaping HTTPAnswer, in lot: ParkingLot) -> Bool {
        state.withLock { state in
            guard case .open = state, lot.enter(self) else { return false }
            state = .answered(next)
            return true
        }
    }

    /// Fetches the answer, if it is there.
    func takeAnswer(leaving lot: ParkingLot) -> HTTPAnswer? {
        let render: HTTPAnswer? = state.withLock { state in
            guard case .answered(let render) = state else { return nil }
            state = .open
            return render
        }
        if render != nil { lot.leave(self) }
        return render
    }

    /// Drops whatever answer comes from now on. Before the connection is closed.
    func close() {
        let last = state.withLock { state in
            if case .parked(let connection, let poll) = state { _ = poll?.unwatch(connection.descriptor) }
            defer { state = .closed }
            return state
        }
        // Released after unlocking.
        _ = last
    }
}
