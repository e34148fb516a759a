internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `POST /activity/query`: several workspaces, each after a cursor of its own, see ``FeedReader``.
enum FeedRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        try worker.feeds.respond(to: request, as: call.body, in: view, with: &response, exchange: call.exchange)
    }
}

/// Answers `POST /activity/query`: several workspaces in one request, each after a cursor of its own. One per worker: it
/// owns the parser.
struct FeedReader: ~Copyable {
    private var limits: ActivityServerLimits
    private var decoder: BodyDecoder
    private var parser: FeedQueryParser

    init(_ limits: ActivityServerLimits) {
        self.limits = limits
        decoder = BodyDecoder(maxBodyBytes: limits.maxBodyBytes)
        parser = FeedQueryParser(mostEvents: limits.maxPageEvents)
    }

    /// Goes by other limits from the next request on.
    mutating func apply(_ limits: ActivityServerLimits) {
        self.limits = limits
        decoder.maxBodyBytes = limits.maxBodyBytes
        parser.mostEvents = limits.maxPageEvents
    }

    /// Refuses a body of another media type than JSON; a missing one is JSON.
    static func checkMediaType(of request: borrowing HTTPRequest) throws(Problem) {
        guard let type = request.header(.contentType), MediaType(type) != .json else { return }
        throw .mediaType(type, "application/json")
    }

    /// Reads the body, asks the logs and writes the reply, now or later.
    mutating func respond(
        to request: borrowing HTTPRequest, as form: BodyForm, in view: LogView, with response: inout HTTPResponse,
        exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        guard Representation(accept: request.header(.accept), offered: [.json]) != nil else {
            throw Problem(.notAcceptable, "this route answers application/json, which Accept leaves out")
        }
        if !request.query.isEmpty {
            throw Problem(.unknownParameter, "this route takes no query parameters; the body says what to read")
        }
        let feed = try parse(request, form)
        let poll = FeedPoll(
            feed.queries, view: view, mostEvents: limits.maxPageEvents, mostBytes: limits.maxReplyBytes,
            instance: OwnedBytes(request.path))
        let answers = poll.ask {
            { answers in poll.answerOrWait(answers, exchange: exchange, seconds: feed.waitSeconds, view: view) }
        }
        guard let answers else { return .later }
        if feed.waitSeconds > 0, let waiting = poll.waiting(after: answers) {
            return try view.wait(with: waiting, exchange: exchange, seconds: feed.waitSeconds)
        }
        poll.write(answers, to: &response)
        return .now
    }

    private mutating func parse(_ request: borrowing HTTPRequest, _ form: BodyForm) throws(Problem) -> FeedRequest {
        guard form.isCompressed else { return try parse(request.body).get() }
        let decoded = try decoder.decode(request.body)
        let result = parse(decoded)
        decoder.reuse(decoded)
        return try result.get()
    }

    // A span in the function above would keep it from giving the bytes back.
    private mutating func parse(_ body: borrowing ByteBuffer) -> Result<FeedRequest, Problem> { parse(body.span) }

    private mutating func parse(_ body: Span<UInt8>) -> Result<FeedRequest, Problem> {
        do throws(BodySyntaxError) {
            return .success(try parser.parse(body))
        } catch {
            return .failure(Problem(error))
        }
    }
}
