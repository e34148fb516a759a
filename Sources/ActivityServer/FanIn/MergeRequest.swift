internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers

/// A read over several workspaces, merged newest first, as its query string asks for it.
struct MergeRequest: Sendable {
    /// The workspace ids, ascending by their bytes and different.
    let workspaces: [OwnedBytes]
    /// What to ask each log.
    let query: EventQuery
    /// Where a stream goes on in each workspace; nil when `since` was not given.
    let since: LiveTokens?
    /// Whether `limit` was given, which a stream does not have.
    let hasLimit: Bool
    /// Bytes of rows after which a page ends.
    let mostBytes: Int

    /// Most workspaces of one request.
    static let mostWorkspaces = FeedRequest.mostQueries

    /// Reads the parameters. Nothing is guessed: an unknown or repeated parameter and a bad value are refused by name.
    ///
    /// `mostEvents` is the limit when there is none, and the most that `limit` can ask for; a page ends after `mostBytes`,
    /// too.
    init(_ string: Span<UInt8>, mostEvents: Int, mostBytes: Int) throws(Problem) {
        var workspaces: [OwnedBytes]?
        var query = EventQuery(limit: mostEvents, newestFirst: true)
        var since: LiveTokens?
        var hasLimit = false
        try QueryString(string).forEach(MergeParameter.self) { parameter, value throws(Problem) in
            switch parameter {
            case .workspaces: workspaces = try Self.workspaces(value)
            case .limit:
                query.limit = min(try Self.integer(parameter, value), mostEvents)
                hasLimit = true
            case .since:
                guard let tokens = LiveTokens(value) else {
                    throw Self.bad(parameter, value, "the id of an event of a stream of the same workspaces")
                }
                since = tokens
            case .kind: query.kinds = try KindFilter(parameter: value)
            case .sinceSecs:
                let seconds = min(try Self.integer(parameter, value), LogBounds.longestTTLSeconds)
                query.maxAge = Int64(seconds) * 1_000_000
            }
        }
        guard let workspaces else {
            throw Problem(
                .invalidParameter, "query parameter 'workspaces' is missing; name them as in workspaces=a,b,c")
        }
        self.workspaces = workspaces
        self.query = query
        self.since = since
        self.hasLimit = hasLimit
        self.mostBytes = mostBytes
    }

    /// A list of ids, percent-decoded once as a whole, so that its commas may be encoded, too.
    private static func workspaces(_ value: Span<UInt8>) throws(Problem) -> [OwnedBytes] {
        var decoded = ByteBuffer()
        guard PercentDecoding.decode(value, to: &decoded) else {
            throw bad(.workspaces, value, "percent-encoded with two hexadecimal digits after each %")
        }
        let list = decoded.span
        var ids: [OwnedBytes] = []
        var start = 0
        while start <= list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            let id = list.extracting(start..<end)
            guard ids.count < mostWorkspaces, WorkspaceID.isValid(id) else {
                throw bad(.workspaces, value, "1 to \(mostWorkspaces) workspace ids separated by commas")
            }
            ids.append(OwnedBytes(id))
            start = end + 1
        }
        ids.sort { $0.array.lexicographicallyPrecedes($1.array) }
        for (id, next) in zip(ids, ids.dropFirst()) where id == next {
            throw Problem(
                .invalidParameter, "query parameter 'workspaces' names '\(id.span.text)' twice; name each once")
        }
        return ids
    }

    private static func integer(_ parameter: MergeParameter, _ value: Span<UInt8>) throws(Problem) -> Int {
        guard let number = value.decimal else { throw bad(parameter, value, "an integer from 0 to \(Int.max)") }
        return number
    }

    private static func bad(_ parameter: MergeParameter, _ value: Span<UInt8>, _ expected: String) -> Problem {
        .badValue(of: parameter.rawValue, value, expected: expected)
    }
}
