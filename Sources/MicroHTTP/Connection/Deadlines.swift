/// How long a connection may stay in each phase, in milliseconds.
///
/// libmicrohttpd's own timeout counts inactivity, which a client that sends one byte a second never meets. These
/// deadlines run from the beginning of a phase.
struct Deadlines {
    /// From accept, or from the request line on a kept connection, to the end of the head.
    var head: UInt64
    /// From the end of the head to the end of the body.
    var body: UInt64
    /// From the end of an answer to the next request line.
    var idle: UInt64

    /// What the sweeper does to a connection.
    enum Verdict { case keep, close, answerTimeout }

    /// Judges a connection at `now`. `hasSent` is asked only when it matters: whether a fresh connection has sent
    /// anything at all, so that a half-sent request line is told of its timeout and an unused connection is just closed.
    func verdict(_ stamp: PhaseStamp, now: UInt64, hasSent: () -> Bool) -> Verdict {
        let age = now &- min(now, stamp.milliseconds)
        switch stamp.phase {
        case .opened: return age < head ? .keep : hasSent() ? .answerTimeout : .close
        case .head: return age < head ? .keep : .answerTimeout
        case .body: return age < body ? .keep : .answerTimeout
        case .idle: return age < idle ? .keep : .close
        case .answering, .expired, .timedOut: return .keep
        }
    }
}
