/// Writes one piece behind the other into room that is known to suffice: what a reply or an event is put together with,
/// after one check for all of its pieces.
///
/// Nothing here checks for room: a bound that is too small is memory that is overwritten.
/// ``ByteBuffer/appendPieces(upTo:_:)`` makes the room, and traps when it turns out to have been too little.
///
/// SAFETY: whoever makes a cursor vouches that all that is written through it fits behind its start.
public struct ByteCursor {
    /// Where the next byte goes.
    @usableFromInline var pointer: UnsafeMutablePointer<UInt8>

    /// Starts at `pointer`; the caller vouches that what is written fits behind it.
    @inlinable @inline(__always)
    public init(_ pointer: UnsafeMutablePointer<UInt8>) {
        unsafe self.pointer = pointer
    }

    /// Where the next byte goes.
    @inlinable @inline(__always)
    public var position: UnsafeMutablePointer<UInt8> { unsafe pointer }

    /// Writes one byte.
    @inlinable @inline(__always)
    public mutating func write(_ byte: UInt8) {
        unsafe pointer.pointee = byte
        unsafe pointer += 1
    }

    /// Writes the UTF-8 bytes of a literal of more than one scalar.
    @inlinable @inline(__always)
    public mutating func write(_ literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        unsafe UnsafeMutableRawPointer(pointer).copyMemory(from: literal.utf8Start, byteCount: count)
        unsafe pointer += count
    }

    /// Writes a copy of `bytes`.
    @inlinable @inline(__always)
    public mutating func write(_ bytes: Span<UInt8>) {
        let count = bytes.count
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress, count > 0 {
                unsafe UnsafeMutableRawPointer(pointer).copyMemory(from: start, byteCount: count)
            }
        }
        unsafe pointer += count
    }

    /// Writes the eight bytes of `word`, lowest first.
    @inlinable @inline(__always)
    public mutating func write(word: UInt64) {
        unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: word.littleEndian, as: UInt64.self)
        unsafe pointer += 8
    }

    /// Writes `value`, which is not negative, in decimal: at most 19 bytes.
    @inlinable @inline(__always)
    public mutating func write(decimal value: Int) {
        let value = UInt(bitPattern: value)
        if value < 10 { return write(UInt8(truncatingIfNeeded: 0x30 + value)) }
        write(decimal: value, width: ByteCursor.digits(of: value))
    }

    /// Writes the last `width` digits of `value`, with leading zeros.
    @inlinable @inline(__always)
    public mutating func write(decimal value: UInt, width: Int) {
        var rest = value
        var index = width
        while index >= 2 {
            // Two digits a division, and the two next to each other: 10a + b is a in the low byte, b in the high one.
            let pair = rest % 100
            rest /= 100
            let tens = pair / 10
            let text = UInt16(truncatingIfNeeded: 0x3030 + tens + (pair - tens * 10) << 8)
            index -= 2
            unsafe UnsafeMutableRawPointer(pointer + index).storeBytes(of: text.littleEndian, as: UInt16.self)
        }
        if index == 1 { unsafe pointer.pointee = UInt8(truncatingIfNeeded: 0x30 + rest % 10) }
        unsafe pointer += width
    }

    /// Writes the eight digits of `value`, below 10^8, with leading zeros: halves, then pairs, then digits, all of a step at
    /// once in the lanes of one word.
    @inlinable @inline(__always)
    public mutating func write(eightDigits value: UInt32) {
        let halves = UInt64(value / 10_000) | UInt64(value % 10_000) << 32
        // n * 10486 >> 20 is n / 100 below 10 000, n * 103 >> 10 is n / 10 below 100.
        let hundreds = (halves &* 10_486) >> 20 & 0x7f_0000_007f
        let pairs = hundreds | (halves &- hundreds &* 100) << 16
        let tens = (pairs &* 103) >> 10 & 0x000f_000f_000f_000f
        write(word: (tens | (pairs &- tens &* 10) << 8) &+ 0x3030_3030_3030_3030)
    }

    /// Number of decimal digits of `value`, 1 for 0.
    @inlinable @inline(__always)
    public static func digits(of value: UInt) -> Int {
        var width = 1
        var bound: UInt = 10
        while value >= bound {
            width += 1
            if width == 20 { break }
            bound *= 10
        }
        return width
    }
}
