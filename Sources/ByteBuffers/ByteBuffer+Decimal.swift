extension ByteBuffer {
    /// Appends `value` in decimal, without separators; negative values get a leading `-`.
    @inlinable @inline(__always)
    public mutating func append(decimal value: Int) {
        if value >= 0 && value < 10 {
            append(UInt8(truncatingIfNeeded: 48 + value))
        } else {
            appendDigits(of: value)
        }
    }

    /// Appends `value` (0 to 10^`width` - 1) padded with leading zeros to `width` digits.
    public mutating func append(decimal value: Int, width: Int) {
        precondition(value >= 0 && width > 0 && width <= 20)
        appendPieces(upTo: width) { $0.write(decimal: UInt(value), width: width) }
    }

    @usableFromInline
    mutating func appendDigits(of value: Int) {
        // 20 bytes hold every Int: 19 digits and a sign.
        appendPieces(upTo: 20) { cursor in
            if value < 0 { cursor.write(UInt8(ascii: "-")) }
            cursor.write(decimal: value.magnitude, width: ByteCursor.digits(of: value.magnitude))
        }
    }
}
