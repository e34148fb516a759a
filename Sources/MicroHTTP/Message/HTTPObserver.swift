/// Is told of every request when it is over: the place for an access log and for metrics.
package protocol HTTPObserver: Sendable {
    /// A request is over. Once for each, on the worker's thread, the acceptor's, or that of a stream's loop; must not block.
    func requestEnded(_ record: borrowing HTTPRecord)
}

/// What is known of a request that is over.
package struct HTTPRecord: ~Escapable {
    /// How a request ended.
    package enum Ending: Sendable {
        /// The answer was handed to the kernel as a whole.
        case answered
        /// The client closed or reset the connection before that.
        case clientLeft
        /// The server's patience ended: the request did not come in time, or the answer was not read.
        case timedOut
        /// It was a stream, and that has ended, whoever ended it.
        case stream
        /// The server stopped before it was over.
        case stopped
    }

    /// The exchange: peer, listener and the responder's tag. Nil when the connection was refused, or ended before its first
    /// request line.
    package let exchange: HTTPExchange?
    /// Who asked.
    package let peer: PeerAddress
    /// The listener that the connection came in by, as an index of ``HTTPServerConfiguration/listeners``.
    package let listener: Int
    /// The method as sent; empty when it is not known.
    package let method: Span<UInt8>
    /// The raw request target; empty when it is not known.
    package let target: Span<UInt8>
    /// The status of the answer, or 0 when there was none.
    package let status: UInt16
    /// Bytes of the answer's body; of a stream those that were sent, else those of the whole answer even where only a part
    /// of it went out.
    package let bodyBytes: Int
    /// From the request line to the end of the answer.
    package let nanoseconds: UInt64
    package let ending: Ending

    @_lifetime(copy method, copy target)
    init(
        exchange: HTTPExchange?, peer: PeerAddress, listener: Int, method: Span<UInt8>, target: Span<UInt8>,
        status: UInt16, bodyBytes: Int, nanoseconds: UInt64, ending: Ending
    ) {
        self.exchange = exchange
        self.peer = peer
        self.listener = listener
        self.method = method
        self.target = target
        self.status = status
        self.bodyBytes = bodyBytes
        self.nanoseconds = nanoseconds
        self.ending = ending
    }
}
