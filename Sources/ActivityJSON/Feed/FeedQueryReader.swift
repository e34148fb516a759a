internal import ActivityLog
internal import ByteBuffers

/// Reads the queries of one body from its tokens. The members of a query are read in `FeedQueryReader+Members.swift`.
struct FeedQueryReader: ~Escapable {
    var tokens: TokenCursor
    let mostEvents: Int

    /// The query that is being read; nil between queries.
    private(set) var openQuery: BodySyntaxError.OpenItem?

    @_lifetime(copy tokens)
    init(tokens: consuming TokenCursor, mostEvents: Int) {
        self.tokens = tokens
        self.mostEvents = mostEvents
    }

    /// Reads the whole body.
    @_lifetime(self: copy self)
    mutating func readBody() throws(Fault) -> FeedRequest {
        let start = tokens.offset
        guard tokens.first == .openBrace else { throw tokens.mismatch(.feedNotObject, expected: .feed) }
        tokens.advance()
        var queries: [FeedQuery]?
        var waitSeconds: Int?
        var isFirst = true
        while let (name, offset) = try tokens.nextMember(isFirst: &isFirst) {
            let isQueries = try named(name, "queries")
            let isWait = try named(name, "wait")
            guard isQueries || isWait else { throw Fault(.unknownFeedMember, at: offset) }
            guard isQueries ? queries == nil : waitSeconds == nil else { throw Fault(.duplicateMember, at: offset) }
            try tokens.colon()
            if isQueries { queries = try readQueries() } else { waitSeconds = try readWait() }
        }
        guard tokens.isAtEnd else { throw Fault(.unexpected(.endOfBody), at: tokens.offset) }
        guard let queries else { throw Fault(.queriesMissing, at: start) }
        return FeedRequest(queries: queries, waitSeconds: waitSeconds ?? 0)
    }

    @_lifetime(self: copy self)
    private mutating func readQueries() throws(Fault) -> [FeedQuery] {
        let start = tokens.offset
        guard tokens.first == .openBracket else { throw tokens.mismatch(.queriesNotArray) }
        tokens.advance()
        if tokens.first == .closeBracket { throw Fault(.noQueries, at: start) }
        var queries: [FeedQuery] = []
        while true {
            guard queries.count < FeedRequest.mostQueries else { throw Fault(.tooManyQueries, at: tokens.offset) }
            queries.append(try readQuery(at: queries.count))
            let separator = tokens.first
            guard separator == .comma || separator == .closeBracket else {
                throw Fault(.unexpected(.commaOrBracket), at: tokens.offset)
            }
            tokens.advance()
            if separator == .closeBracket { return queries }
        }
    }

    @_lifetime(self: copy self)
    private mutating func readQuery(at index: Int) throws(Fault) -> FeedQuery {
        let start = tokens.offset
        openQuery = BodySyntaxError.OpenItem(offset: start, index: index, item: .query)
        guard tokens.first == .openBrace else { throw tokens.mismatch(.queryNotObject, expected: .query) }
        tokens.advance()
        var members = FeedQueryMembers(limit: min(FeedRequest.defaultLimit, mostEvents))
        var isFirst = true
        while let (name, offset) = try tokens.nextMember(isFirst: &isFirst) {
            let member = try member(name, at: offset)
            guard members.seen.insert(member).inserted else { throw Fault(.duplicateMember, at: offset) }
            try tokens.colon()
            switch member {
            case .workspace: try readWorkspace(into: &members)
            case .since: try readSince(into: &members)
            case .limit: try readLimit(into: &members)
            default: try readKinds(into: &members)
            }
        }
        guard members.seen.contains(.workspace) else { throw Fault(.queryWithoutWorkspace, at: start) }
        openQuery = nil
        return FeedQuery(workspace: members.workspace, question: members.question(at: index))
    }

    /// Whether a string that has been read stands for `name`.
    func named(_ token: TokenCursor.StringToken, _ name: StaticString) throws(Fault) -> Bool {
        guard token.isEscaped else { return tokens.contents(of: token).equals(name) }
        // If each character is a surrogate pair's 12 bytes.
        guard token.end - token.start <= 12 * name.utf8CodeUnitCount else { return false }
        var decoded = ByteBuffer()
        try tokens.appendDecoded(token, to: &decoded)
        return decoded.span.equals(name)
    }
}
