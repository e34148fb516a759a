internal import ByteBuffers

/// Walks the tokens of a document front to back and checks what stage 1 of simdjson leaves open: escapes, numbers,
/// literals, and (with `TokenCursor+Values.swift`) the grammar.
///
/// Every access goes through a span, so no input and no error of the index can read out of bounds.
struct TokenCursor: ~Escapable {
    /// The document.
    let bytes: Span<UInt8>
    /// The offset of each token, then the length of `bytes`.
    private let starts: Span<UInt32>
    private var index = 0
    /// Offset of the first backslash behind the tokens read so far; `Int.max` when there is none. Most documents have
    /// none at all, and then no string has to be looked into.
    private var nextBackslash: Int
    /// Start of the bytes that ``copyObject(into:)`` has yet to copy.
    var pendingCopy = 0

    @_lifetime(copy bytes, copy starts)
    init(bytes: Span<UInt8>, starts: Span<UInt32>) {
        self.bytes = bytes
        self.starts = starts
        nextBackslash = bytes.firstIndex(of: .backslash) ?? .max
    }

    /// Offset of the current token; the document's length when there is none left.
    @inline(__always)
    var offset: Int { Int(starts[index]) }

    /// First byte of the current token; 0, which starts no valid token, when there is none left.
    @inline(__always)
    var first: UInt8 {
        let offset = offset
        return offset < bytes.count ? bytes[offset] : 0
    }

    /// Whether no token is left.
    @inline(__always)
    var isAtEnd: Bool { index + 1 >= starts.count }

    /// Goes past the current token, which must exist.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func advance() { index += 1 }

    /// Behind the last byte of the current token, which must exist: it reaches to the white space before the next one.
    @inline(__always)
    private var end: Int {
        var end = Int(starts[index + 1])
        while isWhiteSpace(bytes[end - 1]) { end -= 1 }
        return end
    }

    /// The inside of a string token.
    struct StringToken {
        /// Behind the opening quote.
        let start: Int
        /// Of the closing quote.
        let end: Int
        /// Whether there are escapes in it.
        let isEscaped: Bool
    }

    /// Reads the current token, which must start with a quote, as a string, and checks its escapes.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func string() throws(Fault) -> StringToken {
        let start = offset + 1
        let close = end - 1
        guard close >= start, bytes[close] == .quote else { throw Fault(.unclosedString, at: start - 1) }
        index += 1
        guard nextBackslash < close else { return StringToken(start: start, end: close, isEscaped: false) }
        try checkEscapes(upTo: close)
        return StringToken(start: start, end: close, isEscaped: true)
    }

    /// Checks the escapes from `nextBackslash` up to a closing quote: RFC 8259 section 7, and no surrogate without its
    /// other half, since such a string has no UTF-8 form (section 8.2 leaves it open).
    @inline(never)
    @_lifetime(self: copy self)
    private mutating func checkEscapes(upTo close: Int) throws(Fault) {
        var at = nextBackslash
        while at < close {
            guard bytes[at] == .backslash else {
                at += 1
                continue
            }
            at = try escape(at: at, before: close).next
        }
        nextBackslash = bytes.firstIndex(of: .backslash, from: close) ?? .max
    }

    /// Reads the escape, or the surrogate pair of two, that starts at `at` in a string that ends at `close`.
    ///
    /// - Returns: the scalar that it stands for, and where the next character starts.
    func escape(at: Int, before close: Int) throws(Fault) -> (scalar: Unicode.Scalar, next: Int) {
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
        else { throw Fault(.loneSurrogate, at: at) }
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

    /// Reads the current token, which must start like a number or a literal. Returns where it ends.
    ///
    /// Numbers are checked by grammar only (RFC 8259 section 6), since they are stored as they were spelt: any length
    /// and any exponent will do.
    @_lifetime(self: copy self)
    mutating func scalar() throws(Fault) -> Int {
        let start = offset
        let end = end
        let token = bytes.extracting(start..<end)
        switch first {
        case UInt8(ascii: "t"): guard token.equals("true") else { throw Fault(.badLiteral, at: start) }
        case UInt8(ascii: "f"): guard token.equals("false") else { throw Fault(.badLiteral, at: start) }
        case UInt8(ascii: "n"): guard token.equals("null") else { throw Fault(.badLiteral, at: start) }
        default: try checkNumber(from: start, to: end)
        }
        index += 1
        return end
    }

    @inline(__always)
    private func checkNumber(from start: Int, to end: Int) throws(Fault) {
        var at = start
        if bytes[at] == .minus { at += 1 }
        if at < end, bytes[at] == .zero {
            at += 1
        } else {
            at = try digits(from: at, to: end)
        }
        if at < end, bytes[at] == .point { at = try digits(from: at + 1, to: end) }
        if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < end, bytes[at] == .plus || bytes[at] == .minus { at += 1 }
            at = try digits(from: at, to: end)
        }
        if at < end { throw Fault(.unexpected(.endOfNumber), at: at) }
    }

    /// Skips one or more digits. Returns where they end.
    @inline(__always)
    private func digits(from start: Int, to end: Int) throws(Fault) -> Int {
        var at = start
        while at < end, bytes[at] &- .zero < 10 { at += 1 }
        if at == start { throw Fault(.unexpected(.digit), at: at) }
        return at
    }
}

/// Whether a byte is JSON white space (RFC 8259 section 2).
@inline(__always)
func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let point = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let newline = UInt8(ascii: "\n")
}
