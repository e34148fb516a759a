private import Glibc

extension Span where Element == UInt8 {
    /// Whether these bytes are exactly the UTF-8 bytes of `literal`.
    @inlinable @inline(__always)
    public func equals(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && starts(with: literal)
    }

    /// Whether these bytes are the same as those of `other`.
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return withUnsafeBytes { own in
            other.withUnsafeBytes { others in
                guard let start = own.baseAddress, let other = others.baseAddress else { return true }
                // SAFETY: both hold `count` bytes.
                return unsafe memcmp(start, other, own.count) == 0
            }
        }
    }

    /// Below 0 when these bytes come before those of `other`, as in a dictionary, above 0 when behind, 0 when they are the
    /// same.
    package func order(against other: Span<UInt8>) -> Int {
        withUnsafeBytes { mine in
            other.withUnsafeBytes { theirs in
                let common = Swift.min(mine.count, theirs.count)
                guard common > 0, let left = mine.baseAddress, let right = theirs.baseAddress else {
                    return mine.count - theirs.count
                }
                // SAFETY: both hold `common` bytes.
                let order = unsafe memcmp(left, right, common)
                return order == 0 ? mine.count - theirs.count : Int(order)
            }
        }
    }

    /// Whether these bytes begin with the UTF-8 bytes of `literal`.
    @inlinable @inline(__always)
    public func starts(with literal: StaticString) -> Bool {
        begins(with: literal, ignoringCase: false)
    }

    /// Whether these bytes begin with those of `literal`, compared by words: with a constant literal a few instructions.
    @inlinable @inline(__always)
    func begins(with literal: StaticString, ignoringCase: Bool) -> Bool {
        let size = literal.utf8CodeUnitCount
        guard count >= size, literal.hasPointerRepresentation else { return false }
        let text = unsafe UnsafeRawPointer(literal.utf8Start)
        // Bit 6 is what letters have and digits and most signs have not; bit 5 tells a small letter from a capital.
        let letters: UInt64 = ignoringCase ? 0x4040_4040_4040_4040 : 0
        return withUnsafeBytes { own in
            guard let start = own.baseAddress else { return size == 0 }
            // SAFETY: `size` bytes lie behind both pointers, and each load stays within them.
            guard size >= 8 else {
                for index in 0..<size {
                    let wanted = unsafe text.load(fromByteOffset: index, as: UInt8.self)
                    let found = unsafe start.load(fromByteOffset: index, as: UInt8.self)
                    if found | (wanted & UInt8(truncatingIfNeeded: letters)) >> 1 != wanted { return false }
                }
                return true
            }
            var index = 0
            while index < size {
                // The last word may cover bytes of the one before it once more.
                let place = min(index, size &- 8)
                let wanted = unsafe text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let found = unsafe start.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                if found | (wanted & letters) >> 1 != wanted { return false }
                index &+= 8
            }
            return true
        }
    }

    /// The index of the first `byte` at or after `start`, or nil; also nil when `start` is not before the end.
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0)
        return withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return nil }
            // SAFETY: `base` holds `count` bytes, of which `count - start` lie behind `start`.
            guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// Whether all bytes are below 0x80. O(count), 64 bytes at a time.
    public var isASCII: Bool {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            // SAFETY: `quarter` is called with offsets at least 16 before `count`.
            func quarter(_ offset: Int) -> SIMD2<UInt64> {
                unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
            }
            func isHigh(_ words: SIMD2<UInt64>) -> Bool { (words[0] | words[1]) & 0x8080_8080_8080_8080 != 0 }
            var rest = bytes.count
            var index = 0
            while rest >= 64 {
                let half = quarter(index) | quarter(index &+ 16)
                if isHigh(half | quarter(index &+ 32) | quarter(index &+ 48)) { return false }
                index &+= 64
                rest &-= 64
            }
            while rest >= 16 {
                if isHigh(quarter(index)) { return false }
                index &+= 16
                rest &-= 16
            }
            // The last 16 may cover bytes that have been looked at.
            if rest > 0, index > 0 { return !isHigh(quarter(bytes.count &- 16)) }
            while rest > 0 {
                rest &-= 1
                if bytes[rest] >= 0x80 { return false }
            }
            return true
        }
    }

    /// These bytes as text; bytes that are not UTF-8 become U+FFFD. For messages, not for the hot path.
    public var text: String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The non-negative decimal integer that these bytes spell, or nil: digits only, at least one, within `Int`.
    public var decimal: Int? {
        guard count > 0, count <= 19 else { return nil }
        var value = 0
        for index in indices {
            let digit = self[index] &- 48
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(digit))
            if overflow || carried { return nil }
            value = sum
        }
        return value
    }
}

extension Span where Element == UInt8 {
    /// Whether these bytes are those of `literal`, ASCII letters compared without case. `literal` is lower case; its signs
    /// are below `@`.
    @inlinable @inline(__always)
    public func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && startsIgnoringCase(with: literal)
    }

    /// Whether these bytes begin with those of `literal`, ASCII letters compared without case. `literal` is lower case; its
    /// signs are below `@`.
    @inlinable @inline(__always)
    public func startsIgnoringCase(with literal: StaticString) -> Bool {
        begins(with: literal, ignoringCase: true)
    }

    /// The bytes without spaces and tabs (RFC 9110's OWS) at either end.
    @_lifetime(copy self)
    public func trimmingSpaces() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start] == UInt8(ascii: " ") || self[start] == UInt8(ascii: "\t") { start += 1 }
        while end > start, self[end - 1] == UInt8(ascii: " ") || self[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        return extracting(start..<end)
    }
}
