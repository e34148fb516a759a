package import ByteBuffers

/// One life of a log: ids of different epochs must not be compared.
///
/// Why it exists: a memory log holds events 1 to 3, the daemon restarts, and the new log holds 1 to 4. A reader whose
/// cursor says 3 would silently miss three events; with the epoch in its cursor it is told that history was lost.
///
/// Its text form is ``textCount`` characters of lower-case base32 (RFC 4648 section 6), 50 random bits.
package struct LogEpoch: Hashable, Sendable, BitwiseCopyable {
    /// The 50 bits, most significant character first.
    package let rawValue: UInt64

    /// Characters of the text form.
    package static let textCount = 10

    /// Draws a new epoch from the system's generator.
    package static func random() -> LogEpoch {
        LogEpoch(rawValue: .random(in: 0..<(1 << 50)))
    }

    /// Takes the low 50 bits of `rawValue`.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue & ((1 << 50) - 1)
    }

    /// Reads the text form; nil for anything else, upper case included.
    package init?(_ text: Span<UInt8>) {
        guard text.count == Self.textCount else { return nil }
        var bits: UInt64 = 0
        for index in text.indices {
            let digit: UInt8
            switch text[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = text[index] - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): digit = text[index] - UInt8(ascii: "2") + 26
            default: return nil
            }
            bits = bits << 5 | UInt64(digit)
        }
        rawValue = bits
    }

    /// Appends the text form.
    package func write(to bytes: inout ByteBuffer) {
        bytes.appendPieces(upTo: Self.textCount) { write(to: &$0) }
    }

    /// Writes the ``textCount`` bytes of the text form.
    @inline(__always)
    package func write(to cursor: inout ByteCursor) {
        // The first eight characters at once: five bits are moved into each byte, halving the distance three times.
        var spread = rawValue >> 10
        spread = spread >> 20 | (spread & 0xf_ffff) << 32
        spread = (spread >> 10 & 0x3ff_0000_03ff) | (spread & 0x3ff_0000_03ff) << 16
        spread = (spread >> 5 & 0x1f_001f_001f_001f) | (spread & 0x1f_001f_001f_001f) << 8
        // From "a" on; a digit is as far below it as 26 places and the distance of "2".
        let isDigit = (spread + 0x6666_6666_6666_6666) >> 7 & 0x0101_0101_0101_0101
        cursor.write(word: spread + 0x6161_6161_6161_6161 - isDigit * 73)
        cursor.write(Self.character(rawValue >> 5))
        cursor.write(Self.character(rawValue))
    }

    @inline(__always)
    private static func character(_ bits: UInt64) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: bits) & 31
        return digit < 26 ? UInt8(ascii: "a") + digit : UInt8(ascii: "2") + digit - 26
    }
}
