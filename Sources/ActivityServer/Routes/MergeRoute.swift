internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /activity?workspaces=a,b,c`: several workspaces as one page or one stream, see ``MergeRequest``.
enum MergeRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        try MergeRequest.respond(
            to: request, in: view, limits: worker.limits, with: &response, exchange: call.exchange)
    }
}

/// `GET /activity?workspaces=a,b,c`: one newest-first page over several workspaces.
extension MergeRequest {
    /// Reads the request, asks the logs and writes the reply, now or later.
    static func respond(
        to request: borrowing HTTPRequest, in view: LogView, limits: ActivityServerLimits,
        with response: inout HTTPResponse, exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        guard let representation = Representation(accept: request.header(.accept), offered: [.json, .eventStream])
        else {
            throw Problem(
                .notAcceptable, "this route answers application/json or text/event-stream; Accept leaves them out")
        }
        let merge = try MergeRequest(
            request.query, mostEvents: limits.maxPageEvents, mostBytes: limits.maxReplyBytes)
        if representation == .eventStream {
            return try merge.openStream(for: request, with: &response, exchange: exchange, in: view)
        }
        if merge.since != nil {
            throw Problem(
                .invalidParameter,
                "query parameter 'since' is for a stream (Accept: text/event-stream); a page is the newest events")
        }
        return try merge.respond(to: request, in: view, with: &response, exchange: exchange)
    }

    /// Whether the answer is a function of the logs' versions alone: an age limit makes it a function of the time, too.
    private var isValidated: Bool { query.maxAge == nil }

    private func respond(
        to request: borrowing HTTPRequest, in view: LogView, with response: inout HTTPResponse,
        exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        if isValidated, let tags = request.header(.ifNoneMatch) {
            // A probe finds out for three integers a log whether there is anything to merge.
            let probes = ask(EventQuery(limit: 0), view) {
                let tags = OwnedBytes(tags)
                let reply = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
                return { finish(probes: $0, tags: tags, in: view, reply) }
            }
            guard let probes else { return .later }
            if let version = version(of: probes, knownFrom: tags) {
                response.writeUnchanged(version)
                return .now
            }
        }
        let pages = ask(query, view) {
            let reply = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
            return { answers in reply.complete { response throws(Problem) in try write(answers, to: &response) } }
        }
        guard let pages else { return .later }
        try write(pages, to: &response)
        return .now
    }

    private func ask(
        _ query: EventQuery, _ view: LogView,
        later: () -> @Sendable ([PageGathering.Answer]) -> Void
    ) -> [PageGathering.Answer]? {
        PageGathering.answers(
            of: view, to: workspaces.map { .success(PageQuestion(workspace: $0, query: query)) }, later: later)
    }

    /// Goes on when the probes came later: with the 304, or by asking for the events.
    private func finish(
        probes: [PageGathering.Answer], tags: OwnedBytes, in view: LogView, _ reply: LaterReply
    ) {
        if let version = version(of: probes, knownFrom: tags.span) {
            reply.complete { $0.writeUnchanged(version) }
            return
        }
        let pages = ask(query, view) {
            { answers in reply.complete { response throws(Problem) in try write(answers, to: &response) } }
        }
        guard let pages else { return }
        reply.complete { response throws(Problem) in try write(pages, to: &response) }
    }

    /// The version of the logs as they are now when it is one of the reader's `tags`; also nil when a log failed, which
    /// asking for its events will tell.
    private func version(of probes: [PageGathering.Answer], knownFrom tags: Span<UInt8>) -> MergedVersion? {
        var pages: [EventPage] = []
        for case .success(let page) in probes { pages.append(page) }
        let version = MergedVersion(pages)
        return pages.count == probes.count && version.isNamed(in: tags) ? version : nil
    }

    private func write(_ answers: [PageGathering.Answer], to response: inout HTTPResponse) throws(Problem) {
        try response.write(
            merged: try Self.pages(answers), of: workspaces, limit: query.limit, mostBytes: mostBytes,
            validated: isValidated)
    }

    /// The pages, or the problem of the first log that failed: rows of some workspaces would pass for those of all.
    private static func pages(_ answers: [PageGathering.Answer]) throws(Problem) -> [EventPage] {
        try answers.map { answer throws(Problem) in try answer.get() }
    }
}
