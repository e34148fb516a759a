private import Glibc

extension Span where Element == UInt8 {
    /// Whether these bytes are exactly the UTF-8 bytes of `literal`.
    @inlinable @inline(__always)
    package func equals(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount, literal.hasPointerRepresentation else { return false }
        for index in indices where unsafe self[index] != literal.utf8Start[index] { return false }
        return true
    }

    /// Whether these bytes are the same as those of `other`.
    @inlinable @inline(__always)
    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
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
    @inlinable
    package func starts(with literal: StaticString) -> Bool {
        guard count >= literal.utf8CodeUnitCount, literal.hasPointerRepresentation else { return false }
        for index in 0..<literal.utf8CodeUnitCount where unsafe self[index] != literal.utf8Start[index] { return false }
        return true
    }

    /// The index of the first `byte` at or after `start`, or nil; also nil when `start` is not before the end.
    package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0)
        return withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return nil }
            // SAFETY: `base` holds `count` bytes, of which `count - start` lie behind `start`.
            guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// These bytes as text; bytes that are not UTF-8 become U+FFFD. For messages, not for the hot path.
    package var text: String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The non-negative decimal integer that these bytes spell, or nil: digits only, at least one, within `Int`.
    package var decimal: Int? {
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
    /// Whether these bytes are those of `literal`, ASCII letters compared without case. `literal` is lower case.
    package func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && startsIgnoringCase(with: literal)
    }

    /// Whether these bytes begin with those of `literal`, ASCII letters compared without case. `literal` is lower case.
    package func startsIgnoringCase(with literal: StaticString) -> Bool {
        guard count >= literal.utf8CodeUnitCount, literal.hasPointerRepresentation else { return false }
        for index in 0..<literal.utf8CodeUnitCount {
            let byte = self[index]
            let lower = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
            if unsafe lower != literal.utf8Start[index] { return false }
        }
        return true
    }

    /// The bytes without spaces and tabs (RFC 9110's OWS) at either end.
    @_lifetime(copy self)
    package func trimmingSpaces() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start] == UInt8(ascii: " ") || self[start] == UInt8(ascii: "\t") { start += 1 }
        while end > start, self[end - 1] == UInt8(ascii: " ") || self[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        return extracting(start..<end)
    }
}
