extension ByteBuffer {
    /// Appends `value` in decimal, without separators; negative values get a leading `-`.
    @inlinable @inline(__always)
    package mutating func append(decimal value: Int) {
        if value >= 0 && value < 10 {
            append(UInt8(truncatingIfNeeded: 48 + value))
        } else {
            appendDigits(of: value)
        }
    }

    /// Appends `value` (0 to 10^`width` - 1) padded with leading zeros to `width` digits.
    package mutating func append(decimal value: Int, width: Int) {
        precondition(value >= 0 && width > 0 && width <= 20)
        appendUnsafe(upTo: width) { room in
            var rest = value
            for index in stride(from: width - 1, through: 0, by: -1) {
                unsafe room[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
            return width
        }
    }

    @usableFromInline
    mutating func appendDigits(of value: Int) {
        // 20 bytes hold every Int: 19 digits and a sign.
        appendUnsafe(upTo: 20) { room in
            var magnitude = value.magnitude
            var digits = 1
            var bound: UInt = 10
            while magnitude >= bound {
                digits += 1
                let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
                if overflow { break }
                bound = next
            }
            let sign = value < 0 ? 1 : 0
            if sign == 1 { unsafe room[0] = UInt8(ascii: "-") }
            var index = sign + digits - 1
            while index >= sign {
                unsafe room[index] = UInt8(truncatingIfNeeded: 48 + magnitude % 10)
                magnitude /= 10
                index -= 1
            }
            return sign + digits
        }
    }
}
