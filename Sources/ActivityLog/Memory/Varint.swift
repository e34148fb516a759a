internal import ByteBuffers

/// Variable-length integers in seven-bit groups, least significant first (LEB128), and the zigzag form of signed ones.
enum Varint {
    /// Appends `value` in 1 to 10 bytes.
    @inline(__always)
    static func append(_ value: UInt64, to bytes: inout ByteBuffer) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads the integer at `index` and moves `index` behind it.
    @inline(__always)
    static func read(_ bytes: Span<UInt8>, at index: inout Int) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Maps small magnitudes of either sign to small numbers: 0, -1, 1, -2, … to 0, 1, 2, 3, …
    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    /// The inverse of ``zigzag(_:)``.
    static func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}
