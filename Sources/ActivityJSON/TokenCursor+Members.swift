internal import ByteBuffers

extension TokenCursor {
    /// Reads the next member name of an object and stops at the colon after it; nil when the object ends, past its end.
    ///
    /// Called after the opening brace with `isFirst` true, then after each member's value.
    @_lifetime(self: copy self)
    mutating func nextMember(isFirst: inout Bool) throws(Fault) -> (name: StringToken, offset: Int)? {
        if first == .closeBrace {
            advance()
            return nil
        }
        var expected = Expected.memberNameOrBrace
        if !isFirst {
            guard first == .comma else { throw Fault(.unexpected(.commaOrBrace), at: offset) }
            advance()
            expected = .memberName
        }
        isFirst = false
        let offset = offset
        guard first == .quote else { throw Fault(.unexpected(expected), at: offset) }
        return (try string(), offset)
    }

    /// Goes past the colon between a member's name and its value.
    @_lifetime(self: copy self)
    mutating func colon() throws(Fault) {
        guard first == .colon else { throw Fault(.unexpected(.colon), at: offset) }
        advance()
    }

    /// Reads the value at the current token, which `problem` says is to be a string.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func string(or problem: BodyDefect) throws(Fault) -> StringToken {
        guard first == .quote else { throw mismatch(problem) }
        return try string()
    }

    /// The fault of a value of the wrong type, or of something that is no value at all where `expected` should be.
    @inline(never)
    @_lifetime(self: copy self)
    mutating func mismatch(_ problem: BodyDefect, expected: Expected = .value) -> Fault {
        let offset = offset
        switch first {
        case .quote, .openBrace, .openBracket: return Fault(problem, at: offset)
        default: break
        }
        guard startsValue else { return Fault(.unexpected(expected), at: offset) }
        do throws(Fault) {
            _ = try scalar()
            return Fault(problem, at: offset)
        } catch {
            return error
        }
    }

    /// Whether the current token looks like a number.
    var startsNumber: Bool {
        switch first {
        case .minus, UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
