/// What a connection is waiting for, as far as deadlines and the stop sequence care.
enum ConnectionPhase: UInt64 {
    /// Accepted; no request line has arrived yet.
    case opened
    /// A request line is in, the rest of the head is not.
    case head
    /// The head is in and announced a body, which is not in.
    case body
    /// The request is in; the answer is being made or sent, or is awaited from another thread.
    case answering
    /// Kept alive between two requests.
    case idle
    /// The sweeper has ended it; the worker must not touch the socket's output any more.
    case expired
    /// The same, and the client has been told with a 408.
    case timedOut

    /// Whether the sweeper has ended it.
    var isOver: Bool { self == .expired || self == .timedOut }
}
