internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// The query parameters of a route. A parameter that is not a case does not exist: it is refused by name.
protocol QueryParameter: CaseIterable, RawRepresentable<String> {
    /// The parameter of that name, as it was sent; nil when there is none.
    init?(_ name: Span<UInt8>)

    /// This parameter's bit, to notice a second one.
    var bit: UInt16 { get }
}

extension QueryParameter {
    /// Reads a value that must be an integer of 0 or more.
    func integer(_ value: Span<UInt8>) throws(Problem) -> Int {
        guard let number = value.decimal else { throw bad(value, "an integer from 0 to \(Int.max)") }
        return number
    }

    /// Reads a value in seconds as an age in microseconds; one beyond the longest age of an event means that.
    func age(_ value: Span<UInt8>) throws(Problem) -> Int64 {
        Int64(min(try integer(value), LogBounds.longestTTLSeconds)) * 1_000_000
    }

    /// The problem of this parameter with a bad value; `expected` says what would be right.
    func bad(_ value: Span<UInt8>, _ expected: String) -> Problem {
        .badValue(of: rawValue, value, expected: expected)
    }

    /// The problem of a cursor that is a time: no event has such an id, so that a read after it would wait, or be reset, for
    /// ever.
    func looksLikeMilliseconds(_ value: Span<UInt8>) -> Problem {
        bad(value, "an event id or a token, and it looks like a time in milliseconds (since_secs reads by age)")
    }
}
