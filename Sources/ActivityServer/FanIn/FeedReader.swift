internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// Answers `POST /activity/query`: several workspaces in one request, each after a cursor of its own. One per worker: it
/// owns the parser.
struct FeedReader: ~Copyable {
    private let workspaces: WorkspaceRegistry
    /// Most events over all pages of an answer.
    private let mostEvents: Int
    private var parser: FeedQueryParser

    init(workspaces: WorkspaceRegistry, limits: ActivityServerLimits) {
        self.workspaces = workspaces
        mostEvents = limits.maxPageEvents
        parser = FeedQueryParser(mostEvents: limits.maxPageEvents)
    }

    /// Refuses a body of another media type than JSON; a missing one is JSON.
    static func checkMediaType(of request: borrowing HTTPRequest) throws(Problem) {
        try AppendRequest.refuseEncoded(request)
        guard let type = request.header(.contentType), MediaType(type) != .json else { return }
        throw Problem(.unsupportedMediaType, "Content-Type '\(type.text)' is not accepted; send application/json")
    }

    /// Reads the body, asks the logs and writes the reply, now or later.
    mutating func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        try Self.checkMediaType(of: request)
        if let accept = request.header(.accept), !Accept.takesJSON(accept) {
            throw Problem(.notAcceptable, "this route answers application/json, which Accept leaves out")
        }
        if !request.query.isEmpty {
            throw Problem(.unknownParameter, "this route takes no query parameters; the body says what to read")
        }
        let feed: FeedRequest
        do throws(EventSyntaxError) {
            feed = try parser.parse(request.body)
        } catch {
            throw Problem(error)
        }
        let mostEvents = mostEvents
        let answers = PageGathering.answers(to: feed.queries.map { question($0) }, mostEvents: mostEvents) {
            let reply = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
            return { answers in reply.complete { $0.write(answers, to: feed.queries, mostEvents: mostEvents) } }
        }
        guard let answers else { return .later }
        response.write(answers, to: feed.queries, mostEvents: mostEvents)
        return .now
    }

    private borrowing func question(_ query: FeedQuery) -> Result<PageQuestion, Problem> {
        let id = query.workspace
        return query.question.map { PageQuestion(workspace: workspaces.find(id.span), query: $0) }
            .mapError { Problem($0) }
    }
}
