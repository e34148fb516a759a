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
        var seconds = max(micros, 0) / 1_000_000
        var fraction = max(micros, 0) % 1_000_000
        var width = 1
        var bound: Int64 = 10
        // Int64 microseconds end in the year 294247: at most 13 digits of seconds.
        while seconds >= bound {
            width += 1
            bound *= 10
        }
        var index = width - 1
        while index >= 0 {
            digits[index] = UInt8(truncatingIfNeeded: 48 + seconds % 10)
            seconds /= 10
            index -= 1
        }
        digits[width] = UInt8(ascii: ".")
        index = width + 6
        while index > width {
            digits[index] = UInt8(truncatingIfNeeded: 48 + fraction % 10)
            fraction /= 10
            index -= 1
        }
        count = width + 7
    }

    /// The text.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { digits.span.extracting(first: count) }
    }
}
