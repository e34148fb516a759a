internal import ActivityLog
internal import ByteBuffers

extension EventReader {
    /// Longest kind, in bytes of UTF-8 before escaping: a kind is a tag, and filters compare it with every event.
    static let maxKindBytes = KindFilter.longestPattern

    /// Which member the string names that has just been read at `offset`.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func memberName(_ token: TokenCursor.StringToken, at offset: Int) throws(Fault) -> EventMembers.Names {
        let name = try token.isEscaped ? escapedMemberName(token) : Self.knownMember(tokens.contents(of: token))
        guard let name else { throw Fault(.unknownMember(workspace: workspace), at: offset) }
        if name == .workspace, workspace == .fixed { throw Fault(.workspaceFixedByRequest, at: offset) }
        return name
    }

    @inline(__always)
    private static func knownMember(_ name: Span<UInt8>) -> EventMembers.Names? {
        switch name.count {
        case 4: name.equals("kind") ? .kind : nil
        case 7: name.equals("payload") ? .payload : nil
        case 12: name.equals("workspace_id") ? .workspace : nil
        default: nil
        }
    }

    @inline(never)
    @_lifetime(self: copy self)
    private mutating func escapedMemberName(_ token: TokenCursor.StringToken) throws(Fault) -> EventMembers.Names? {
        // No known name is longer, even if each character is a surrogate pair's 12 bytes.
        guard token.end - token.start <= 12 * 12 else { return nil }
        var name = ByteBuffer()
        try tokens.appendDecoded(token, to: &name)
        return Self.knownMember(name.span)
    }

    /// Reads the value of `workspace_id`.
    @_lifetime(self: copy self)
    mutating func readWorkspace(into members: inout EventMembers, of batch: inout ParsedBatch) throws(Fault) {
        let offset = tokens.offset
        let token = try tokens.string(or: .workspaceNotString)
        let id = tokens.contents(of: token)
        // Agents batch what one workspace did, so most ids repeat the one before and need no second look.
        if !lastWorkspace.source.isEmpty, id.equals(tokens.bytes.extracting(lastWorkspace.source)) {
            members.workspaceStart = lastWorkspace.start
            members.workspaceCount = lastWorkspace.count
            return
        }
        let start = batch.bytes.count
        if token.isEscaped {
            var at = token.start
            while let (scalar, next) = try tokens.character(at: at, of: token) {
                guard scalar.isASCII, WorkspaceID.isAllowed(UInt8(truncatingIfNeeded: scalar.value)) else {
                    throw Fault(.workspaceInvalid, at: at)
                }
                batch.bytes.append(UInt8(truncatingIfNeeded: scalar.value))
                at = next
            }
        } else {
            batch.bytes.append(id)
        }
        let decoded = batch.bytes.span.extracting(start...)
        guard WorkspaceID.isValid(decoded) else {
            let stranger = decoded.indices.first { !WorkspaceID.isAllowed(decoded[$0]) }
            throw Fault(.workspaceInvalid, at: stranger.map { token.start + $0 } ?? offset)
        }
        members.workspaceStart = UInt32(start)
        members.workspaceCount = UInt32(decoded.count)
        lastWorkspace = (token.start..<token.end, members.workspaceStart, members.workspaceCount)
    }

    /// Reads the value of `kind`.
    @_lifetime(self: copy self)
    mutating func readKind(into members: inout EventMembers, of batch: inout ParsedBatch) throws(Fault) {
        let offset = tokens.offset
        let token = try tokens.string(or: .kindNotString)
        let start = batch.bytes.count
        if token.isEscaped {
            try appendEscapedKind(token, at: offset, to: &batch.bytes)
        } else {
            let kind = tokens.contents(of: token)
            guard kind.count <= Self.maxKindBytes else { throw Fault(.kindTooLong, at: offset) }
            guard kind.count > 0 else { throw Fault(.kindEmpty, at: offset) }
            // Stage 1 has refused what is below U+0020, and 0xFF, which is in no UTF-8.
            var isSuspect: UInt8 = 0
            for index in kind.indices { isSuspect |= kind[index] &+ 1 }
            if isSuspect >= 0x80 { try Self.checkCharacters(of: kind, at: token.start) }
            batch.bytes.append(kind)
        }
        members.draft.kindStart = UInt32(start)
        members.draft.kindCount = UInt32(batch.bytes.count - start)
    }

    /// Checks a kind with bytes from 0x7F on: U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    @inline(never)
    private static func checkCharacters(of kind: Span<UInt8>, at offset: Int) throws(Fault) {
        for index in kind.indices {
            let byte = kind[index]
            if byte == 0x7F || (byte == 0xC2 && index + 1 < kind.count && kind[index + 1] < 0xA0) {
                throw Fault(.kindControlCharacter, at: offset + index)
            }
        }
    }

    /// Appends a kind in canonical escaping: a backslash before `"` and `\`, U+2028 and U+2029 as `\u2028` and `\u2029`,
    /// everything else as UTF-8. So half of a surrogate pair is the UTF-8 of U+FFFD here.
    @inline(never)
    private func appendEscapedKind(
        _ token: TokenCursor.StringToken, at offset: Int, to output: inout ByteBuffer
    ) throws(Fault) {
        var length = 0
        var at = token.start
        while let (scalar, next) = try tokens.character(at: at, of: token) {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                throw Fault(.kindControlCharacter, at: at)
            }
            length += UTF8.width(scalar)
            guard length <= Self.maxKindBytes else { throw Fault(.kindTooLong, at: offset) }
            if scalar.isLineBreakBeyondASCII {
                output.append(escaped: scalar)
            } else {
                if scalar == "\"" || scalar == "\\" { output.append(.backslash) }
                output.append(scalar)
            }
            at = next
        }
    }

    /// Reads the value of `payload`.
    @_lifetime(self: copy self)
    mutating func readPayload(into members: inout EventMembers, of batch: inout ParsedBatch) throws(Fault) {
        guard tokens.first == .openBrace else { return try readMissingPayload() }
        let start = batch.bytes.count
        members.draft.payloadCount = UInt32(try tokens.copyObject(into: &batch.bytes))
        members.draft.payloadStart = UInt32(start)
    }

    /// Reads a payload of `null`, which says the same as none: what encoders write for a value that is not there.
    @inline(never)
    @_lifetime(self: copy self)
    private mutating func readMissingPayload() throws(Fault) {
        guard tokens.first == UInt8(ascii: "n") else { throw tokens.mismatch(.payloadNotObject) }
        _ = try tokens.scalar()
    }
}
