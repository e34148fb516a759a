internal import ActivityLog
internal import ByteBuffers

extension FeedQueryReader {
    /// Which member the string names that has just been read at `offset`.
    func member(_ token: TokenCursor.StringToken, at offset: Int) throws(Fault) -> FeedQueryMembers.Names {
        if try named(token, "workspace_id") { return .workspace }
        if try named(token, "since") { return .since }
        if try named(token, "limit") { return .limit }
        if try named(token, "kind") { return .kind }
        throw Fault(.unknownQueryMember, at: offset)
    }

    /// Reads the value of `workspace_id`: a string, or the request is refused; a valid id, or the query is.
    @_lifetime(self: copy self)
    mutating func readWorkspace(into members: inout FeedQueryMembers) throws(Fault) {
        let offset = tokens.offset
        let token = try tokens.string(or: .workspaceNotString)
        var id = ByteBuffer()
        try tokens.appendDecoded(token, to: &id)
        if WorkspaceID.isValid(id.span) {
            members.workspace = OwnedBytes(id.span).array
        } else {
            members.workspace = OwnedBytes(tokens.contents(of: token)).array
            members.refuse(Fault(.workspaceInvalid, at: offset))
        }
    }

    /// Reads the value of `since`: a cursor as a string, or a bare id as a number.
    @_lifetime(self: copy self)
    mutating func readSince(into members: inout FeedQueryMembers) throws(Fault) {
        let offset = tokens.offset
        var text = ByteBuffer()
        if tokens.first == .quote {
            try tokens.appendDecoded(try tokens.string(), to: &text)
        } else {
            text.append(try number(or: .sinceNotCursor))
        }
        if let cursor = LogCursor(text.span) {
            if cursor.looksLikeMilliseconds { members.refuse(Fault(.sinceIsTime, at: offset)) }
            members.query.cursor = cursor
        } else {
            members.refuse(Fault(.sinceNotCursor, at: offset))
        }
    }

    /// Reads the value of `limit`: an integer. One above the most is the most.
    @_lifetime(self: copy self)
    mutating func readLimit(into members: inout FeedQueryMembers) throws(Fault) {
        let offset = tokens.offset
        if let limit = try number(or: .limitNotInteger).decimal {
            members.query.limit = min(limit, mostEvents)
        } else {
            members.refuse(Fault(.limitNotInteger, at: offset))
        }
    }

    /// Reads the value of `kind`: patterns separated by commas.
    @_lifetime(self: copy self)
    mutating func readKinds(into members: inout FeedQueryMembers) throws(Fault) {
        let offset = tokens.offset
        var list = ByteBuffer()
        try tokens.appendDecoded(try tokens.string(or: .kindsNotString), to: &list)
        if let kinds = KindFilter(list: list.span) {
            members.query.kinds = kinds
        } else {
            members.refuse(Fault(.kindsMalformed, at: offset))
        }
    }

    /// Reads the value of the body's `wait`: an integer of seconds.
    @_lifetime(self: copy self)
    mutating func readWait() throws(Fault) -> Int {
        let offset = tokens.offset
        guard let seconds = try number(or: .waitNotSeconds).decimal, seconds <= FeedRequest.longestWait else {
            throw Fault(.waitNotSeconds, at: offset)
        }
        return seconds
    }

    /// Reads the value at the current token, which `problem` says is to be a number, as it is spelt.
    @_lifetime(self: copy self)
    @_lifetime(copy self)
    private mutating func number(or problem: BodyDefect) throws(Fault) -> Span<UInt8> {
        guard tokens.startsNumber else { throw tokens.mismatch(problem) }
        let start = tokens.offset
        return tokens.bytes.extracting(start..<(try tokens.scalar()))
    }
}

/// The members of one query that have been read so far.
struct FeedQueryMembers {
    /// The members that a query may have.
    struct Names: OptionSet {
        let rawValue: UInt8

        static let workspace = Names(rawValue: 1)
        static let since = Names(rawValue: 2)
        static let limit = Names(rawValue: 4)
        static let kind = Names(rawValue: 8)
    }

    var seen: Names = []
    /// The inside of the JSON string of the workspace id.
    var workspace: [UInt8] = []
    var query: EventQuery
    /// The first of the values that refuse this query and no other.
    private var refusal: Fault?

    init(limit: Int) {
        query = EventQuery(limit: limit)
    }

    /// Refuses this query alone, unless an earlier value has done so.
    mutating func refuse(_ fault: Fault) {
        if refusal == nil { refusal = fault }
    }

    /// What becomes of the query at `index`.
    func question(at index: Int) -> Result<EventQuery, BodySyntaxError> {
        guard let refusal else { return .success(query) }
        // Without line and column: finding them is O(body), and each query of a request may be refused.
        return .failure(
            BodySyntaxError(
                offset: refusal.offset, index: index, item: .query, problem: refusal.problem, location: nil, found: nil,
                excerpt: ""))
    }
}
