internal import ByteBuffers

/// Where the next string is that has to be looked into: the first backslash, and the first character that is stored as
/// an escape, after what has been read so far. Most documents have neither, and then no string is looked into.
struct SpecialCharacters {
    /// Offset of the nearest of them; `Int.max` when there is none.
    private(set) var next: Int
    private var backslash: Int
    /// Offset of the first U+0085, which is C2 85 in UTF-8.
    private var nextLine: Int
    /// Offset of the first U+2028 or U+2029, which are E2 80 A8 and E2 80 A9.
    private var separator: Int

    /// Finds the first of each. O(count).
    init(in bytes: Span<UInt8>) {
        backslash = bytes.firstIndex(of: .backslash) ?? .max
        let isASCII = bytes.isASCII
        nextLine = isASCII ? .max : bytes.firstNextLine(from: 0)
        separator = isASCII ? .max : bytes.firstSeparator(from: 0)
        next = min(backslash, nextLine, separator)
    }

    /// Forgets those before `start`. Each is searched for on its own, so that a document is searched once in all.
    mutating func pass(to start: Int, in bytes: Span<UInt8>) {
        if backslash < start { backslash = bytes.firstIndex(of: .backslash, from: start) ?? .max }
        if nextLine < start { nextLine = bytes.firstNextLine(from: start) }
        if separator < start { separator = bytes.firstSeparator(from: start) }
        next = min(backslash, nextLine, separator)
    }
}

extension Span<UInt8> {
    fileprivate func firstNextLine(from start: Int) -> Int {
        var start = start
        while let at = firstIndex(of: 0xC2, from: start) {
            if at + 1 < count, self[at + 1] == 0x85 { return at }
            start = at + 1
        }
        return .max
    }

    fileprivate func firstSeparator(from start: Int) -> Int {
        var start = start
        while let at = firstIndex(of: 0xE2, from: start) {
            if at + 2 < count, self[at + 1] == 0x80, self[at + 2] & 0xFE == 0xA8 { return at }
            start = at + 1
        }
        return .max
    }
}

extension TokenCursor {
    /// The inside of a string token.
    struct StringToken {
        /// Offset after the opening quote.
        let start: Int
        /// Offset of the closing quote.
        let end: Int
        /// Whether a character in it is an escape, or is stored as one.
        let isEscaped: Bool
    }

    /// Reads the current token, which must start with a quote, as a string, and checks its escapes.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func string() throws(Fault) -> StringToken {
        let start = offset + 1
        let close = try closingQuote()
        guard special.next < close else { return StringToken(start: start, end: close, isEscaped: false) }
        _ = try checkCharacters(upTo: close)
        return StringToken(start: start, end: close, isEscaped: true)
    }

    /// Goes past the current token, a string. Returns the offset of its closing quote.
    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func closingQuote() throws(Fault) -> Int {
        let start = offset
        let close = end - 1
        guard close > start, bytes[close] == .quote else { throw Fault(.unclosedString, at: start) }
        advance()
        return close
    }

    /// Checks the escapes up to a closing quote: RFC 8259 section 7, and no half of a surrogate pair unless it is to be
    /// repaired, since such a string has no UTF-8 form (section 8.2 leaves it open).
    ///
    /// - Returns: Whether one of the characters is stored otherwise than it is written.
    @inline(never)
    @_lifetime(self: copy self)
    private mutating func checkCharacters(upTo close: Int) throws(Fault) -> Bool {
        var isRewritten = false
        while special.next < close {
            let at = special.next
            guard bytes[at] == .backslash else {
                isRewritten = true
                special.pass(to: at + 1, in: bytes)
                continue
            }
            let (scalar, next) = try escape(at: at, before: close)
            if scalar == nil {
                guard repairsSurrogates else { throw Fault(.loneSurrogate, at: at) }
                repairs += 1
                isRewritten = true
            }
            special.pass(to: next, in: bytes)
        }
        return isRewritten
    }

    /// Reads the escape, or the surrogate pair of two, that starts at `at` in a string that ends at `close`.
    ///
    /// - Returns: the scalar that it stands for, nil for half of a surrogate pair, and where the next character starts.
    private func escape(at: Int, before close: Int) throws(Fault) -> (scalar: Unicode.Scalar?, next: Int) {
        guard at + 1 < close else { throw Fault(.badEscape, at: at) }
        switch bytes[at + 1] {
        case .quote: return ("\"", at + 2)
        case .backslash: return ("\\", at + 2)
        case UInt8(ascii: "/"): return ("/", at + 2)
        case UInt8(ascii: "b"): return ("\u{8}", at + 2)
        case UInt8(ascii: "f"): return ("\u{c}", at + 2)
        case UInt8(ascii: "n"): return ("\n", at + 2)
        case UInt8(ascii: "r"): return ("\r", at + 2)
        case UInt8(ascii: "t"): return ("\t", at + 2)
        case UInt8(ascii: "u"): break
        default: throw Fault(.badEscape, at: at)
        }
        guard let unit = codeUnit(at: at, before: close) else { throw Fault(.badEscape, at: at) }
        if let scalar = Unicode.Scalar(unit) { return (scalar, at + 6) }
        guard unit < 0xDC00, let low = codeUnit(at: at + 6, before: close), (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { return (nil, at + 6) }
        return (scalar, at + 12)
    }

    /// The UTF-16 code unit that `\uXXXX` at `at` spells, or nil when there is no such escape before `close`.
    private func codeUnit(at: Int, before close: Int) -> UInt16? {
        guard at + 6 <= close, bytes[at] == .backslash, bytes[at + 1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for index in at + 2..<at + 6 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// The inside of a string, as it is in the document.
    @inline(__always)
    @_lifetime(copy self)
    func contents(of token: StringToken) -> Span<UInt8> { bytes.extracting(token.start..<token.end) }

    /// Decodes the character at `at` of a string that has been read; nil at the string's end.
    ///
    /// - Returns: the scalar, U+FFFD for half of a surrogate pair, and where the next one starts.
    func character(at: Int, of token: StringToken) throws(Fault) -> (scalar: Unicode.Scalar, next: Int)? {
        guard at < token.end else { return nil }
        let byte = bytes[at]
        if byte == .backslash {
            let (scalar, next) = try escape(at: at, before: token.end)
            return (scalar ?? "\u{FFFD}", next)
        }
        if byte < 0x80 { return (Unicode.Scalar(byte), at + 1) }
        // Stage 1 has checked the encoding, so the first byte tells the length (RFC 3629 section 3).
        let count = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        var value = UInt32(byte) & (0x7F >> UInt32(count))
        for index in at + 1..<at + count { value = value << 6 | UInt32(bytes[index] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { throw Fault(.malformedUTF8, at: at) }
        return (scalar, at + count)
    }

    /// Appends what a string that has been read stands for, escapes decoded, as UTF-8.
    func appendDecoded(_ token: StringToken, to output: inout ByteBuffer) throws(Fault) {
        guard token.isEscaped else { return output.append(contents(of: token)) }
        var at = token.start
        while let (scalar, next) = try character(at: at, of: token) {
            output.append(scalar)
            at = next
        }
    }

    /// Reads a string of a payload: what of it is stored otherwise than it is written goes to `output`, after what comes
    /// before it. Returns where the string ends.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func copyString(into output: inout ByteBuffer) throws(Fault) -> Int {
        let start = offset + 1
        let close = try closingQuote()
        if special.next < close { try rewrite(StringToken(start: start, end: close, isEscaped: true), into: &output) }
        return close + 1
    }

    /// Halves of surrogate pairs become `\ufffd`, and the line breaks of Unicode escapes: the same JSON value, and readers
    /// that take lines apart where Unicode has them (Python's `str.splitlines`) do not break the payload in two.
    @inline(never)
    @_lifetime(self: copy self)
    private mutating func rewrite(_ token: StringToken, into output: inout ByteBuffer) throws(Fault) {
        guard try checkCharacters(upTo: token.end) else { return }
        var at = token.start
        while let (scalar, next) = try character(at: at, of: token) {
            let isHalf = scalar == "\u{FFFD}" && isHalfOfPair(at: at)
            if isHalf || (bytes[at] != .backslash && scalar.isLineBreakBeyondASCII) {
                output.append(bytes.extracting(pendingCopy..<at))
                output.append(escaped: scalar)
                pendingCopy = next
            }
            at = next
        }
        // What follows may be all that is left of the document; offsets in the output are 32 bits wide.
        guard output.count + bytes.count - pendingCopy <= UInt32.max else {
            throw Fault(.bodyTooLarge, at: token.start)
        }
    }

    /// Whether the escape at `at`, which stands for U+FFFD, spells a surrogate (`\ud800` to `\udfff`).
    private func isHalfOfPair(at: Int) -> Bool {
        bytes[at] == .backslash && bytes[at + 2] | 0x20 == UInt8(ascii: "d")
    }
}

extension Unicode.Scalar {
    /// U+0085, U+2028 and U+2029: line breaks by Unicode, which JSON allows in strings as they are.
    var isLineBreakBeyondASCII: Bool { self == "\u{85}" || self == "\u{2028}" || self == "\u{2029}" }
}

extension ByteBuffer {
    /// Appends a character as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }

    /// Appends a character of up to 16 bits that is no surrogate as `\uXXXX`, digits in lower case.
    mutating func append(escaped scalar: Unicode.Scalar) {
        append("\\u")
        for shift: UInt32 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 15)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
