/// What a connection is waiting for, as far as deadlines and the stop sequence care.
enum ConnectionPhase: UInt64 {
    /// Accepted; no request line has arrived yet.
    case opened
    /// A request line is in, the rest of the head is not.
    case head
    /// The head is in and announced a body, which is not in.
    case body
    /// The request is in; the answer is being made or sent.
    case answering
    /// The request is in; the answer is awaited from another thread.
    case parked
    /// Kept alive between two requests.
    case idle
    /// The sweeper has ended it; the worker must not touch the socket's output any more.
    case expired
    /// The same, and the client has been told with a 408.
    case timedOut

    /// Whether the sweeper has ended it.
    var isOver: Bool { self == .expired || self == .timedOut }
}

/// A phase and the tick at which it began, in one word, so that a single atomic swap decides between worker and sweeper.
struct PhaseStamp: Equatable {
    /// The packed form: milliseconds in the upper 60 bits.
    let word: UInt64

    /// Packs a phase that began at `milliseconds` of the server's clock.
    init(_ phase: ConnectionPhase, at milliseconds: UInt64) { word = milliseconds << 4 | phase.rawValue }

    /// Unpacks `word`.
    init(word: UInt64) { self.word = word }

    var phase: ConnectionPhase {
        guard let phase = ConnectionPhase(rawValue: word & 15) else { preconditionFailure("not a packed phase") }
        return phase
    }

    var milliseconds: UInt64 { word >> 4 }
}
