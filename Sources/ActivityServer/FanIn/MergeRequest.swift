internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import Problems

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
        var given: UInt16 = 0
        let string = QueryString(string)
        var position = 0
        while let (parameter, place) = try string.next(MergeParameter.self, from: &position, given: &given) {
            let value = string.text(at: place)
            switch parameter {
            case .workspaces: workspaces = try Self.workspaces(value)
            case .limit: query.limit = min(try parameter.integer(value), mostEvents)
            case .since:
                guard let tokens = LiveTokens(value) else {
                    throw parameter.bad(value, "the id of an event of a stream of the same workspaces")
                }
                if tokens.cursors.contains(where: \.looksLikeMilliseconds) {
                    throw parameter.looksLikeMilliseconds(value)
                }
                since = tokens
            case .kind: query.kinds = try KindFilter(parameter: value)
            case .sinceSecs: query.maxAge = try parameter.age(value)
            }
        }
        guard let workspaces else {
            throw Problem(
                .invalidParameter, "query parameter 'workspaces' is missing; name them as in workspaces=a,b,c")
        }
        self.workspaces = workspaces
        self.query = query
        self.since = since
        hasLimit = given & MergeParameter.limit.bit != 0
        self.mostBytes = mostBytes
    }

    /// A list of ids, percent-decoded once as a whole, so that its commas may be encoded, too.
    private static func workspaces(_ value: Span<UInt8>) throws(Problem) -> [OwnedBytes] {
        var decoded = ByteBuffer()
        guard PercentDecoding.decode(value, to: &decoded) else {
            throw MergeParameter.workspaces.bad(value, "percent-encoded with two hexadecimal digits after each %")
        }
        let list = decoded.span
        var ids: [OwnedBytes] = []
        var start = 0
        while start <= list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            let id = list.extracting(start..<end)
            guard ids.count < mostWorkspaces, WorkspaceID.isValid(id) else {
                throw MergeParameter.workspaces.bad(value, "1 to \(mostWorkspaces) workspace ids separated by commas")
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
}
