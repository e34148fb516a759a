internal import ByteBuffers

/// The text of a time stamp: seconds since the Unix epoch with six decimals, as in `1714217775.123456`.
///
/// Formatted once for all events of a batch, without a heap allocation.
package struct EventTimestamp: BitwiseCopyable, Sendable {
    private var digits: InlineArray<24, UInt8>
    private var count: Int

    /// Formats `micros` microseconds since the Unix epoch; a time before 1970 reads as 0.
    package init(micros: Int64) {
        digits = InlineArray(repeating: 0)
        let seconds = UInt(max(micros, 0) / 1_000_000)
        let fraction = UInt(max(micros, 0) % 1_000_000)
        // Int64 microseconds end in the year 294247: at most 13 digits of seconds.
        let width = ByteCursor.digits(of: seconds)
        count = width + 7
        var span = digits.mutableSpan
        span.withUnsafeMutableBytes { room in
            guard let start = room.baseAddress else { return }
            // SAFETY: at most 13 + 1 + 6 of the 24 bytes.
            var cursor = unsafe ByteCursor(start.assumingMemoryBound(to: UInt8.self))
            cursor.write(decimal: seconds, width: width)
            cursor.write(UInt8(ascii: "."))
            cursor.write(decimal: fraction, width: 6)
        }
    }

    /// The text.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { digits.span.extracting(first: count) }
    }
}
