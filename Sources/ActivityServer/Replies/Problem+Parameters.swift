internal import ByteBuffers
internal import Problems

extension Problem {
    /// The problem of a query parameter with a bad value; `expected` says what would be right.
    static func badValue(of name: String, _ value: Span<UInt8>, expected: String) -> Problem {
        // Enough of the value to recognise it, whatever its length.
        let shown = value.extracting(first: min(value.count, 64)).text
        return Problem(.invalidParameter, "query parameter '\(name)' is '\(shown)'; it must be \(expected)")
    }

    /// The problem of a `Last-Event-ID` that this API did not hand out.
    static func badLastEventID(_ value: Span<UInt8>) -> Problem {
        let shown = value.extracting(first: min(value.count, 64)).text
        return Problem(
            .invalidParameter, "Last-Event-ID is '\(shown)'; it must be the id of an event of this stream")
    }
}
