internal import ByteBuffers

/// Walks the tokens of a document front to back and checks what stage 1 of simdjson leaves open: numbers and literals
/// here, escapes in `TokenCursor+Strings.swift`, the grammar in `TokenCursor+Members.swift` and `TokenCursor+Values.swift`.
///
/// Every access goes through a span, so no input and no error of the index can read out of bounds.
struct TokenCursor: ~Escapable {
    /// The document.
    let bytes: Span<UInt8>
    /// The offset of each token, then the length of `bytes`.
    private let starts: Span<UInt32>
    private var index = 0
    /// Which strings have to be looked into.
    var special: SpecialCharacters
    /// Whether half of a surrogate pair is read as U+FFFD instead of refused.
    let repairsSurrogates: Bool
    /// How many of those there were so far.
    var repairs = 0
    /// Start of the bytes that ``copyObject(into:)`` has yet to copy.
    var pendingCopy = 0

    @_lifetime(copy bytes, copy starts)
    init(bytes: Span<UInt8>, starts: Span<UInt32>, repairsSurrogates: Bool) {
        self.bytes = bytes
        self.starts = starts
        self.repairsSurrogates = repairsSurrogates
        special = SpecialCharacters(in: bytes)
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

    /// Offset after the last byte of the current token, which must exist: it reaches to the white space before the next one.
    @inline(__always)
    var end: Int {
        var end = Int(starts[index + 1])
        while isWhiteSpace(bytes[end - 1]) { end -= 1 }
        return end
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
