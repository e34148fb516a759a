/// How long a connection may stay in each phase, in milliseconds.
///
/// libmicrohttpd's own timeout counts inactivity, which a client that sends one byte a second never meets. These
/// deadlines run from the beginning of a phase.
struct Deadlines: Equatable {
    /// From accept, or from the request line on a kept connection, to the end of the head.
    var head: UInt64
    /// From the end of the head to the end of the body.
    var body: UInt64
    /// From the last progress of a reply to the next, and the time over which its rate is measured.
    var reply: UInt64
    /// From the end of an answer to the next request line.
    var idle: UInt64

    /// What the sweeper does to a connection.
    enum Verdict { case keep, close, answerTimeout, checkReply }

    /// Judges a connection at `now`, both as a clock has them that lies behind by up to `grain`: nobody is ended early.
    func verdict(_ stamp: PhaseStamp, now: UInt64, grain: UInt64) -> Verdict {
        let age = now &- min(now, stamp.milliseconds + grain)
        switch stamp.phase {
        case .opened, .head: return age < head ? .keep : .answerTimeout
        case .body: return age < body ? .keep : .answerTimeout
        case .idle: return age < idle ? .keep : .close
        // What goes out at once need not be looked at.
        case .answering: return age < ReplyProgress.firstLook ? .keep : .checkReply
        case .parked, .expired, .timedOut: return .keep
        }
    }
}

/// How a reply gets on, as the sweeper sees it.
struct ReplyProgress {
    /// Milliseconds after which a reply is looked at.
    static let firstLook: UInt64 = 1000
    /// Bytes that a client has to read in a second, on average over the reply's deadline.
    private static let leastRate: UInt64 = 4096

    private var stamp: PhaseStamp
    private var bytes: Int64
    private var movedAt: UInt64
    /// Where the average begins.
    private var base: (bytes: Int64, at: UInt64)

    /// Begins with a reply that began with its stamp.
    init(_ stamp: PhaseStamp, bytes: Int64) {
        self.stamp = stamp
        self.bytes = bytes
        movedAt = stamp.milliseconds
        base = (bytes, stamp.milliseconds)
    }

    /// Whether this is about the reply that began with `stamp`.
    func isAbout(_ stamp: PhaseStamp) -> Bool { self.stamp == stamp }

    /// Whether the client still reads fast enough at `now`, when `bytes` have been read. `isCount` says that they are a sum,
    /// and not only a number that changes with each read.
    mutating func goesOn(bytes newBytes: Int64, isCount: Bool, now: UInt64, deadline: UInt64) -> Bool {
        if newBytes != bytes {
            bytes = newBytes
            movedAt = now
        }
        if now &- movedAt >= deadline { return false }
        guard isCount, now &- base.at >= deadline else { return true }
        guard UInt64(max(0, bytes - base.bytes)) * 1000 >= Self.leastRate * (now - base.at) else { return false }
        base = (bytes, now)
        return true
    }
}
