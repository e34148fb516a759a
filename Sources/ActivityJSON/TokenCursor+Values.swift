internal import ByteBuffers

extension TokenCursor {
    /// Levels of objects and arrays in an event, the event itself being the first. Bounds the recursion here and in
    /// every reader that parses what we hand out.
    static let maxDepth = 128

    /// Appends the object at the current token to `output`, validated, without insignificant white space and with strings
    /// as they are stored, otherwise byte for byte. Returns how many bytes that took.
    ///
    /// Copies runs between what is left out or rewritten, so an ordinary object without white space is one copy.
    @_lifetime(self: copy self)
    mutating func copyObject(into output: inout ByteBuffer) throws(Fault) -> Int {
        let before = output.count
        pendingCopy = offset
        let end = try object(depth: 2, into: &output)
        output.append(bytes.extracting(pendingCopy..<end))
        return output.count - before
    }

    // The functions below read one value and return where it ends; white space after it is their caller's.

    @_lifetime(self: copy self)
    private mutating func value(depth: Int, into output: inout ByteBuffer) throws(Fault) -> Int {
        switch first {
        case .quote: return try copyString(into: &output)
        case .openBrace: return try object(depth: depth + 1, into: &output)
        case .openBracket: return try array(depth: depth + 1, into: &output)
        default:
            guard startsValue else { throw Fault(.unexpected(.value), at: offset) }
            return try scalar()
        }
    }

    @_lifetime(self: copy self)
    private mutating func object(depth: Int, into output: inout ByteBuffer) throws(Fault) -> Int {
        guard depth <= Self.maxDepth else { throw Fault(.tooDeep, at: offset) }
        step(into: &output)
        if first == .closeBrace { return close() }
        var expected = Expected.memberNameOrBrace
        while true {
            guard first == .quote else { throw Fault(.unexpected(expected), at: offset) }
            skipWhiteSpace(after: try copyString(into: &output), into: &output)
            guard first == .colon else { throw Fault(.unexpected(.colon), at: offset) }
            step(into: &output)
            skipWhiteSpace(after: try value(depth: depth, into: &output), into: &output)
            if first == .closeBrace { return close() }
            guard first == .comma else { throw Fault(.unexpected(.commaOrBrace), at: offset) }
            step(into: &output)
            expected = .memberName
        }
    }

    @_lifetime(self: copy self)
    private mutating func array(depth: Int, into output: inout ByteBuffer) throws(Fault) -> Int {
        guard depth <= Self.maxDepth else { throw Fault(.tooDeep, at: offset) }
        step(into: &output)
        if first == .closeBracket { return close() }
        while true {
            skipWhiteSpace(after: try value(depth: depth, into: &output), into: &output)
            if first == .closeBracket { return close() }
            guard first == .comma else { throw Fault(.unexpected(.commaOrBracket), at: offset) }
            step(into: &output)
        }
    }

    /// Goes past a closing bracket.
    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func close() -> Int {
        let end = offset + 1
        advance()
        return end
    }

    /// Goes past a token of one byte and the white space after it.
    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func step(into output: inout ByteBuffer) {
        let end = offset + 1
        advance()
        skipWhiteSpace(after: end, into: &output)
    }

    /// Leaves out what lies between `end` and the current token.
    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func skipWhiteSpace(after end: Int, into output: inout ByteBuffer) {
        let next = offset
        guard next != end else { return }
        output.append(bytes.extracting(pendingCopy..<end))
        pendingCopy = next
    }

    /// Whether the current token looks like the start of some value.
    var startsValue: Bool {
        switch first {
        case .quote, .openBrace, .openBracket, .minus, UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }
}
