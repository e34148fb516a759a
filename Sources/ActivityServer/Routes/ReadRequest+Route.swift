internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// `GET /workspaces/{id}/activity`: a cursor read.
extension ReadRequest {
    /// The representation that this route serves, as it stands in its entity tags.
    static var shape: StaticString { "native" }

    /// Whether a page is a function of the log's version alone: an age limit makes it a function of the time, too.
    private var isValidated: Bool { query.maxAge == nil }

    /// Asks the log and writes the reply, now or later.
    mutating func respond(
        to request: borrowing HTTPRequest, workspace: Workspace?, with response: inout HTTPResponse,
        exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        if isValidated, let tags = request.header(.ifNoneMatch) {
            query.known = EntityTag.version(in: tags, shape: Self.shape)
        }
        guard let workspace else {
            try write(.ofUnknownWorkspace(query), link: nil, to: &response)
            return .now
        }
        let page: EventPage?
        do throws(EventLogError) {
            page = try workspace.log.query(query) { completion(for: request, exchange: exchange) }
        } catch {
            throw Problem(error)
        }
        guard let page else { return .later }
        try write(page, link: page.hasMore ? link(of: request) : nil, to: &response)
        return .now
    }

    private func completion(
        for request: borrowing HTTPRequest, exchange: HTTPExchange
    ) -> LogCompletion<EventPage> {
        let link = link(of: request)
        let instance = OwnedBytes(request.path)
        return { result in
            var response = HTTPResponse()
            do throws(Problem) {
                switch result {
                case .success(let page): try write(page, link: link, to: &response)
                case .failure(let error): throw Problem(error)
                }
            } catch {
                response.write(error, instance: instance.span)
            }
            exchange.complete(response)
        }
    }

    private func link(of request: borrowing HTTPRequest) -> NextLink {
        NextLink(path: request.path, query: request.query, readsBackwards: query.readsBackwards)
    }

    private func write(_ page: EventPage, link: NextLink?, to response: inout HTTPResponse) throws(Problem) {
        if isStrict { try refuseLoss(page) }
        response.write(page, validated: isValidated, link: link)
    }

    /// With `strict`, an answer that would need a header to be understood is a 410 instead.
    private func refuseLoss(_ page: EventPage) throws(Problem) {
        let version = page.version
        switch page.reset {
        case .epochChanged:
            throw Problem(
                .epochChanged,
                "the token is of an earlier life of this log, whose history is lost; read again without since")
        case .cursorAhead:
            throw Problem(
                .cursorAhead,
                "since is beyond the newest event, \(version.latest); read again without since")
        case nil:
            guard page.missed > 0 else { return }
            throw Problem(
                .cursorEvicted,
                "\(page.missed) events after since are gone; the oldest that can be read is \(version.oldest)")
        }
    }
}
