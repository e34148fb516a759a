import CMicroHTTPD
import Synchronization

/// A request that is answered after its responder returned: the handle by which any thread delivers the answer.
package final class HTTPExchange: Sendable {
    private enum State: ~Copyable {
        /// No answer yet, and the connection still runs.
        case open
        /// No answer yet; the connection is suspended and waits for one. A poll may watch its peer meanwhile.
        case parked(SuspendedConnection, StreamPoll?)
        /// The answer is there and the worker has not fetched it.
        case answered(HTTPResponse)
        /// Nothing more will be sent.
        case closed

        init(_ answer: consuming HTTPResponse?) {
            if let answer { self = .answered(answer) } else { self = .closed }
        }
    }

    /// What became of an attempt to park a connection.
    enum Parking: ~Copyable {
        case parked
        /// The answer was faster.
        case answered(HTTPResponse)
        /// The server stops and parks nothing any more.
        case stopping
    }

    /// Who asked, for limits on what one address may hold.
    package let peer: PeerAddress
    private let state = Mutex(State.open)

    /// Makes the handle of one request; the worker does, and whoever asks a responder without a socket.
    package init(peer: PeerAddress) { self.peer = peer }

    /// Delivers the answer. Any thread; never blocks on the client.
    ///
    /// Only the first call counts. When the client has left, or the server gave up waiting, the answer is dropped.
    package func complete(_ response: consuming HTTPResponse) {
        var answer: HTTPResponse? = consume response
        let parked: SuspendedConnection? = state.withLock { state in
            switch consume state {
            case .open:
                state = State(answer.take())
                return nil
            case .parked(let connection, let poll):
                state = State(answer.take())
                // While it is still suspended: afterwards the number may be another connection's.
                _ = poll?.unwatch(connection.descriptor)
                return connection
            case .answered(let earlier):
                state = .answered(earlier)
                return nil
            case .closed:
                state = .closed
                return nil
            }
        }
        // Outside the lock: the state no longer says parked, so nobody else resumes this connection.
        parked?.resume()
    }

    /// Suspends `connection` until an answer comes, unless one is there. Worker thread, inside the access callback.
    func park(_ connection: OpaquePointer, in lot: ParkingLot) -> Parking {
        let suspended = SuspendedConnection(connection)
        // Suspending happens under the lock: the library does not allow to resume before it.
        return state.withLock { state in
            switch consume state {
            case .open:
                guard lot.enter(self) else {
                    state = .closed
                    return .stopping
                }
                suspended.suspend()
                state = .parked(suspended, nil)
                return .parked
            case .answered(let response):
                state = .closed
                return .answered(response)
            case .parked:
                preconditionFailure("an exchange is parked once")
            case .closed:
                state = .closed
                return .stopping
            }
        }
    }

    /// Lets `poll` report under the name `watch` when the peer leaves, until the exchange is completed; false while the
    /// connection is not suspended, or when the kernel has no room.
    func watchPeer(in poll: StreamPoll, as watch: UInt64) -> Bool {
        state.withLock { state in
            switch consume state {
            case .parked(let connection, _):
                let isWatched = poll.watchPeer(connection.descriptor, as: watch)
                state = .parked(connection, isWatched ? poll : nil)
                return isWatched
            case .open:
                state = .open
                return false
            case .answered(let response):
                state = .answered(response)
                return false
            case .closed:
                state = .closed
                return false
            }
        }
    }

    /// Fetches the answer for which the connection was resumed. Worker thread.
    func takeAnswer(leaving lot: ParkingLot) -> HTTPResponse? {
        lot.leave(self)
        return state.withLock { state in
            switch consume state {
            case .answered(let response):
                state = .closed
                return response
            case .open:
                state = .closed
                return nil
            case .parked:
                state = .closed
                return nil
            case .closed:
                state = .closed
                return nil
            }
        }
    }
}
