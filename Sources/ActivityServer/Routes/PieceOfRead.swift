internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// A read whose filter has more events to look at than one turn of a worker allows: goes on piece by piece, on the worker of
/// its connection, and lets all others have their turn in between.
struct PieceOfRead: Sendable {
    /// Events that a filter looks at in a turn: some hundred microseconds.
    static let mostScanned = 16_384

    /// What the reply needs after the request is gone.
    let poll: ReadPoll

    /// Whether a page is the first piece of several.
    static func isUnfinished(_ page: EventPage) -> Bool { page.unread != nil && !page.isUnchanged }

    /// Goes on after the first piece, in the next turn.
    @inline(never)
    func begin(after page: EventPage) -> HTTPDisposition {
        .again { response, exchange in goOn(after: page, &response, exchange) }
    }

    /// Reads the piece that follows `page`, and answers when it is the last one.
    func goOn(after page: EventPage, _ response: inout HTTPResponse, _ exchange: HTTPExchange) -> HTTPDisposition {
        do throws(Problem) {
            guard let query = query(after: page) else { return try finish(page, &response, exchange) }
            let answer = try poll.view.query(query, of: poll.workspace.span) {
                { result in
                    exchange.answer { response, exchange in
                        do throws(Problem) {
                            return goOn(after: joined(page, try result.get()), &response, exchange)
                        } catch {
                            return refuse(error, &response)
                        }
                    }
                }
            }
            guard case .now(let piece) = answer else { return .later }
            let both = joined(page, piece)
            return .again { response, exchange in goOn(after: both, &response, exchange) }
        } catch {
            return refuse(error, &response)
        }
    }

    /// What to ask for the next piece; nil when there is none, or no room for its events.
    private func query(after page: EventPage) -> EventQuery? {
        var query = poll.read.query
        guard let unread = page.unread, let epoch = page.version.epoch else { return nil }
        let bytesLeft = query.maxBytes - page.byteCount
        guard bytesLeft > 0 else { return nil }
        query.known = nil
        query.limit -= page.count
        query.maxBytes = bytesLeft
        if query.readsBackwards { query.before = unread } else { query.cursor = .token(epoch, unread) }
        return query
    }

    /// Both as one page. What a log that has begun anew has is not joined: the page then ends where it is.
    private func joined(_ page: EventPage, _ piece: EventPage) -> EventPage {
        var page = page
        let query = poll.read.query
        guard piece.version.epoch == page.version.epoch, query.readsBackwards || piece.reset == nil else {
            page.unread = nil
            page.hasMore = true
            return page
        }
        page.join(piece, backwards: query.readsBackwards)
        page.truncate(toBytes: query.maxBytes, backwards: query.readsBackwards)
        return page
    }

    private func finish(
        _ page: EventPage, _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        guard poll.read.canWait, let waiting = poll.waiting(after: page) else {
            try poll.read.write(page, link: poll.link, to: &response)
            return .now
        }
        return try poll.view.wait(with: waiting, exchange: exchange, seconds: poll.read.waitSeconds)
    }

    private func refuse(_ problem: Problem, _ response: inout HTTPResponse) -> HTTPDisposition {
        response.write(problem, instance: poll.instance.span)
        return .now
    }
}
