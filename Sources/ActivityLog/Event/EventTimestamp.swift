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
        count = 0
        let seconds = UInt(max(micros, 0) / 1_000_000)
        let fraction = UInt(max(micros, 0) % 1_000_000)
        var span = digits.mutableSpan
        var written = 0
        span.withUnsafeMutableBytes { room in
            guard let start = room.baseAddress else { return }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            // SAFETY: at most 13 digits of seconds (Int64 microseconds end in the year 294247), a point, and eight digits of
            // which six count: 22 of the 24 bytes.
            var cursor = unsafe ByteCursor(bytes)
            if seconds >= 1_000_000_000, seconds < 10_000_000_000 {
                // From 2001 to 2286: two digits, and eight.
                cursor.write(decimal: seconds / 100_000_000, width: 2)
                cursor.write(eightDigits: UInt32(truncatingIfNeeded: seconds % 100_000_000))
            } else {
                cursor.write(decimal: seconds, width: ByteCursor.digits(of: seconds))
            }
            cursor.write(UInt8(ascii: "."))
            cursor.write(eightDigits: UInt32(truncatingIfNeeded: fraction * 100))
            written = unsafe cursor.position - bytes - 2
        }
        count = written
    }

    /// The text.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { digits.span.extracting(first: count) }
    }
}
