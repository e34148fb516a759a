internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /workspaces/{id}/activity`: a cursor read, which may wait for something to read.
extension ReadRequest {
    /// Whether a page is a function of the log's version alone: an age limit makes it a function of the time, too.
    private var isValidated: Bool { query.maxAge == nil }

    /// Looks at what the reader has already, and bounds what is looked at in one turn.
    mutating func prepare(for request: borrowing HTTPRequest) {
        if isValidated, let tags = request.header(.ifNoneMatch) {
            query.known = EntityTag.version(in: tags, shape: EventShape.native.tag(in: representation.container))
        }
        if query.kinds != nil { query.mostScanned = PieceOfRead.mostScanned }
    }

    /// Asks the log and writes the reply, now or later. `workspace` is a valid id.
    func respond(
        to request: borrowing HTTPRequest, workspace: Span<UInt8>, in view: LogView,
        with response: inout HTTPResponse, exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        // Handed on as it comes: a copy of a page retains all that it refers to.
        let answer = try view.query(query, of: workspace) {
            let poll = poll(for: request, workspace, view)
            let seconds = query.limit > 0 ? waitSeconds : 0
            return { result in
                if case .success(let page) = result, PieceOfRead.isUnfinished(page) {
                    let read = PieceOfRead(poll: poll)
                    exchange.answer { response, exchange in read.goOn(after: page, &response, exchange) }
                } else {
                    poll.answerOrWait(result, exchange: exchange, seconds: seconds, view: view)
                }
            }
        }
        guard case .now(let page) = consume answer else { return .later }
        return try self.answer(with: page, request, workspace, view, &response, exchange)
    }

    /// Writes the reply, or parks the request.
    private func answer(
        with page: EventPage, _ request: borrowing HTTPRequest, _ workspace: Span<UInt8>, _ view: LogView,
        _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        if PieceOfRead.isUnfinished(page) {
            return PieceOfRead(poll: poll(for: request, workspace, view)).begin(after: page)
        }
        if canWait, !isAnswered(by: page), let waiting = poll(for: request, workspace, view).waiting(after: page) {
            return try view.wait(with: waiting, exchange: exchange, seconds: waitSeconds)
        }
        try write(page, link: link(of: request), to: &response)
        return .now
    }

    /// Whether it waits where there is nothing. A probe never does.
    var canWait: Bool { waitSeconds > 0 && query.limit > 0 }

    /// Whether a page ends a wait: one with an event, or with `strict` one that is a 410. Another, whatever was missed or
    /// reset, would be asked for again at once.
    func isAnswered(by page: EventPage) -> Bool {
        page.count > 0 || (isStrict && (page.missed > 0 || page.reset != nil))
    }

    /// Writes the reply; `link` is made only for a page that has more.
    func write(
        _ page: EventPage, link: @autoclosure () -> NextLink, to response: inout HTTPResponse
    ) throws(Problem) {
        if isStrict { try refuseLoss(page) }
        try response.write(page, as: representation, validated: isValidated, link: page.hasMore ? link() : nil)
    }

    private func poll(for request: borrowing HTTPRequest, _ workspace: Span<UInt8>, _ view: LogView) -> ReadPoll {
        ReadPoll(
            self, of: OwnedBytes(workspace), view: view, instance: OwnedBytes(request.path), link: link(of: request))
    }

    private func link(of request: borrowing HTTPRequest) -> NextLink {
        NextLink(path: request.path, query: request.query, readsBackwards: query.readsBackwards)
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
