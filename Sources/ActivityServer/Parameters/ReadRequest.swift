internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// A read of one workspace as its query string asks for it.
struct ReadRequest: Sendable {
    /// What to ask the log.
    var query: EventQuery
    /// Whether a cursor that cannot be honoured is a 410 instead of an answer with a header.
    var isStrict = false
    /// The form of the answer.
    var representation = Representation.json
    /// How long to wait for something to read, in seconds; 0 answers at once.
    private(set) var waitSeconds = 0
    /// Whether `wait=stream` asks for an answer without end.
    private(set) var waitsForever = false
    /// The bits of the parameters that were given.
    private(set) var given: UInt16 = 0

    /// The longest wait that can be asked for, in seconds: below what proxies give an answer by default.
    static let longestWait = FeedRequest.longestWait

    /// Reads the parameters. Nothing is guessed: an unknown or repeated parameter and a bad value are refused by name.
    ///
    /// `limits` has the limit when there is none, which is also the most that `limit` can ask for; its bytes cut a page, too.
    init(_ string: Span<UInt8>, limits: ActivityServerLimits) throws(Problem) {
        let mostEvents = limits.maxPageEvents
        query = EventQuery(limit: mostEvents, maxBytes: limits.maxReplyBytes)
        let string = QueryString(string)
        var position = 0
        while let (parameter, value) = try string.next(ReadParameter.self, from: &position, given: &given) {
            try read(parameter, string.text(at: value), mostEvents: mostEvents)
        }
        if waitSeconds > 0, query.before != nil {
            throw Problem(.invalidParameter, "query parameter 'wait' waits for new events, which 'before' leaves out")
        }
    }

    private mutating func read(_ parameter: ReadParameter, _ value: Span<UInt8>, mostEvents: Int) throws(Problem) {
        switch parameter {
        case .since:
            guard let cursor = LogCursor(value) else {
                throw parameter.bad(value, "an event id (0 or more) or a token such as abcdefghij-42")
            }
            if cursor.looksLikeMilliseconds { throw parameter.looksLikeMilliseconds(value) }
            query.cursor = cursor
        case .limit:
            query.limit = min(try parameter.integer(value), mostEvents)
        case .before:
            query.before = try parameter.integer(value)
        case .order:
            if value.equals("asc") {
                query.newestFirst = false
            } else if value.equals("desc") {
                query.newestFirst = true
            } else {
                throw parameter.bad(value, "asc or desc")
            }
        case .kind:
            query.kinds = try KindFilter(parameter: value)
        case .sinceSecs:
            query.maxAge = try parameter.age(value)
        case .strict:
            if value.equals("1") || value.equals("true") {
                isStrict = true
            } else if !(value.equals("0") || value.equals("false")) {
                throw parameter.bad(value, "1 or 0")
            }
        case .wait:
            if value.equals("stream") {
                waitsForever = true
            } else if let seconds = value.decimal, seconds <= Self.longestWait {
                waitSeconds = seconds
            } else {
                throw parameter.bad(value, "seconds from 0 to \(Self.longestWait), or stream")
            }
        }
    }
}
