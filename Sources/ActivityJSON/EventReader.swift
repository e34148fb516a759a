internal import ActivityLog
internal import ByteBuffers

/// Reads the events of one body from its tokens. The members of an event are read in `EventReader+Members.swift`.
struct EventReader: ~Escapable {
    /// How the events of a document are laid out: a whole body in one of the formats, or one event cut out of a batch.
    enum Layout {
        case text, lines, element, line
    }

    var tokens: TokenCursor
    private let layout: Layout
    let workspace: WorkspaceSource
    let maxEventBytes: Int

    /// Whether the body is an array or NDJSON; known once ``readBody(into:)`` has begun.
    private(set) var isBatch = false
    /// Offset of the event that is being read; nil between events.
    private(set) var openEvent: Int?
    /// The workspace id of the last event: where it lies in the body (the inside of the string) and in the batch.
    var lastWorkspace: (source: Range<Int>, start: UInt32, count: UInt32) = (0..<0, 0, 0)

    @_lifetime(copy tokens)
    init(tokens: consuming TokenCursor, layout: Layout, workspace: WorkspaceSource, maxEventBytes: Int) {
        self.tokens = tokens
        self.layout = layout
        self.workspace = workspace
        self.maxEventBytes = maxEventBytes
    }

    /// Reads all events. After an error `batch` holds those before it.
    @_lifetime(self: copy self)
    mutating func readBody(into batch: inout ParsedBatch) throws(Fault) {
        if tokens.isAtEnd { throw Fault(.noEvents, at: tokens.offset) }
        switch layout {
        case .element, .line:
            try readEvent(expecting: .event, into: &batch)
            guard tokens.isAtEnd else {
                throw Fault(.unexpected(layout == .line ? .lineBreak : .commaOrBracket), at: tokens.offset)
            }
        case .lines:
            isBatch = true
            try readLines(into: &batch)
        case .text:
            if tokens.first == .openBracket {
                isBatch = true
                try readArray(into: &batch)
            } else {
                try readEvent(expecting: .eventOrEvents, into: &batch)
            }
            guard tokens.isAtEnd else { throw Fault(.unexpected(.endOfBody), at: tokens.offset) }
        }
    }

    @_lifetime(self: copy self)
    private mutating func readArray(into batch: inout ParsedBatch) throws(Fault) {
        let start = tokens.offset
        tokens.advance()
        if tokens.first == .closeBracket { throw Fault(.noEvents, at: start) }
        while true {
            try readEvent(expecting: .event, into: &batch)
            let separator = tokens.first
            guard separator == .comma || separator == .closeBracket else {
                throw Fault(.unexpected(.commaOrBracket), at: tokens.offset)
            }
            tokens.advance()
            if separator == .closeBracket { return }
        }
    }

    @_lifetime(self: copy self)
    private mutating func readLines(into batch: inout ParsedBatch) throws(Fault) {
        while true {
            let start = tokens.offset
            let end = try readEvent(expecting: .event, into: &batch)
            // Outside of strings a line break is white space to the tokens, and inside it is an error.
            if let lineBreak = tokens.bytes.extracting(start..<end).firstIndex(of: .newline) {
                batch.events.removeLast()  // it is the one that is refused
                openEvent = start
                throw Fault(.lineBreakInsideEvent, at: start + lineBreak)
            }
            if tokens.isAtEnd { return }
            guard tokens.bytes.extracting(end..<tokens.offset).firstIndex(of: .newline) != nil else {
                throw Fault(.unexpected(.lineBreak), at: tokens.offset)
            }
        }
    }

    /// Reads the event at the current token and adds it to `batch`. Returns where it ends.
    @_lifetime(self: copy self)
    @discardableResult
    private mutating func readEvent(expecting expected: Expected, into batch: inout ParsedBatch) throws(Fault) -> Int {
        let start = tokens.offset
        openEvent = start
        guard tokens.first == .openBrace else {
            if tokens.isAtEnd || !tokens.startsValue { throw Fault(.unexpected(expected), at: start) }
            throw Fault(.eventNotObject, at: start)
        }
        let members = try readMembers(into: &batch)
        let end = tokens.offset + 1
        tokens.advance()

        if workspace == .member, !members.seen.contains(.workspace) { throw Fault(.workspaceMissing, at: start) }
        if !members.seen.contains(.kind) { throw Fault(.kindMissing, at: start) }
        let size = Int(members.draft.kindCount + members.draft.payloadCount)
        guard size <= maxEventBytes else {
            throw Fault(.eventTooLarge(bytes: size, limit: maxEventBytes), at: start)
        }
        batch.events.append(
            ParsedEvent(
                workspaceStart: members.workspaceStart, workspaceCount: members.workspaceCount,
                draft: members.draft))
        openEvent = nil
        return end
    }

    /// Reads from the opening brace up to the closing one, which stays the current token.
    @_lifetime(self: copy self)
    private mutating func readMembers(into batch: inout ParsedBatch) throws(Fault) -> EventMembers {
        var members = EventMembers()
        tokens.advance()
        if tokens.first == .closeBrace { return members }
        var expected = Expected.memberNameOrBrace
        while true {
            let nameOffset = tokens.offset
            guard tokens.first == .quote else { throw Fault(.unexpected(expected), at: nameOffset) }
            let name = try memberName(tokens.string(), at: nameOffset)
            guard members.seen.insert(name).inserted else { throw Fault(.duplicateMember, at: nameOffset) }
            guard tokens.first == .colon else { throw Fault(.unexpected(.colon), at: tokens.offset) }
            tokens.advance()
            switch name {
            case .workspace: try readWorkspace(into: &members, of: &batch)
            case .kind: try readKind(into: &members, of: &batch)
            default: try readPayload(into: &members, of: &batch)
            }
            if tokens.first == .closeBrace { return members }
            guard tokens.first == .comma else { throw Fault(.unexpected(.commaOrBrace), at: tokens.offset) }
            tokens.advance()
            expected = .memberName
        }
    }
}
