internal import ByteBuffers

/// What a stream begins with. Used by its loop's thread only.
final class LiveBeginning {
    /// The head and the greeting; nil once they are sent.
    var preamble: ByteBuffer?
    /// Whether events that are gone before the next page count as missed: not before the first one of a reader without a
    /// cursor.
    var reportsMissed: Bool
    /// The age limit when the stream began, in microseconds.
    private let maxAge: Int64?
    /// When the stream began, on the loop's clock.
    private let beganAt: UInt64

    init(preamble: consuming ByteBuffer, reportsMissed: Bool, maxAge: Int64?, beganAt: UInt64) {
        self.preamble = consume preamble
        self.reportsMissed = reportsMissed
        self.maxAge = maxAge
        self.beganAt = beganAt
    }

    /// Whether ``preamble`` has been taken.
    var isHeadSent: Bool { preamble == nil }

    /// The age limit of a read at `now`: that of the request, and the time since then, so that nothing which was young
    /// enough, or had not been appended, when the stream began is too old for a peer that reads slowly. Nil: any age.
    func maxAge(at now: UInt64) -> Int64? {
        // The clocks of logs and of loops are read one after the other.
        maxAge.map { $0 + Int64(now - beganAt + 1) * 1000 }
    }
}
