import ByteBuffers

extension Span where Element == UInt8 {
    /// Whether a byte of these is a control character other than HT (RFC 9110 section 5.5). One load per 8 bytes.
    @inline(__always)
    func hasControl(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let below = (word &- 0x2020_2020_2020_2020) & ~word
            let del = word ^ 0x7f7f_7f7f_7f7f_7f7f
            let isDel = (del &- 0x0101_0101_0101_0101) & ~del
            if (below | isDel) & 0x8080_8080_8080_8080 != 0, hasControlBytewise(index..<index &+ 8) { return true }
            index &+= 8
        }
        return hasControlBytewise(index..<range.upperBound)
    }

    private func hasControlBytewise(_ range: Range<Int>) -> Bool {
        for index in range where (self[index] < 0x20 && self[index] != 0x09) || self[index] == 0x7f { return true }
        return false
    }

    /// Whether every byte is visible ASCII (0x21 to 0x7E), as a request target must be (RFC 9112 section 3.2).
    @inline(__always)
    var isVisibleASCII: Bool {
        var index = 0
        while index &+ 8 <= count {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let below = (word &- 0x2121_2121_2121_2121) & ~word
            let del = word ^ 0x7f7f_7f7f_7f7f_7f7f
            let isDel = (del &- 0x0101_0101_0101_0101) & ~del
            if (below | isDel | word) & 0x8080_8080_8080_8080 != 0 { return false }
            index &+= 8
        }
        while index < count {
            if self[index] < 0x21 || self[index] > 0x7e { return false }
            index &+= 1
        }
        return true
    }

    /// Whether the bytes in `range` are one or more tchar (RFC 9110 section 5.6.2).
    @inline(__always)
    func isToken(_ range: Range<Int>) -> Bool {
        // Bit c of the 128-bit set is set for each tchar c: !#$%&'*+-.^_`|~ digits and letters.
        let low: UInt64 = 0x03ff_6cfa_0000_0000
        let high: UInt64 = 0x57ff_ffff_c7ff_fffe
        guard !range.isEmpty else { return false }
        for index in range {
            let byte = self[index]
            let set = byte < 64 ? low : high
            guard byte < 128, set >> UInt64(byte & 63) & 1 == 1 else { return false }
        }
        return true
    }

    /// These bytes without spaces and tabs at the end (RFC 9112 section 5.1: they are no part of a field value).
    func countWithoutTrailingBlanks(_ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return end - range.lowerBound
    }

    /// Whether `token`, in lower case, is one of the elements of this list (RFC 9110 section 5.6.1), letter case ignored.
    func hasToken(_ token: StaticString) -> Bool {
        var start = 0
        while start <= count {
            let end = firstIndex(of: UInt8(ascii: ","), from: start) ?? count
            if extracting(start..<end).trimmingSpaces().equalsIgnoringCase(token) { return true }
            start = end + 1
        }
        return false
    }
}
