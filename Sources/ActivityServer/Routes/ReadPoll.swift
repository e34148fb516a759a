internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// A read of one workspace that waits, or that a log answers later: what its reply needs after the request is gone.
struct ReadPoll: LivePoll {
    let workspace: OwnedBytes
    /// The logs as the caller may use them.
    let view: LogView
    var read: ReadRequest
    /// The request's raw path.
    let instance: OwnedBytes
    let link: NextLink

    var workspaces: [OwnedBytes] { [workspace] }

    func attempt(
        isLast: Bool, exchange: HTTPExchange, later: @escaping @Sendable (LivePollOutcome) -> Void
    ) -> LivePollOutcome? {
        do throws(Problem) {
            // What is new is never much: it needs no pieces.
            var query = read.query
            query.mostScanned = .max
            let answer = try view.query(query, of: workspace.span) {
                { result in later(outcome(result, isLast: isLast, exchange)) }
            }
            guard case .now(let page) = answer else { return nil }
            return outcome(.success(page), isLast: isLast, exchange)
        } catch {
            return outcome(.failure(error), isLast: isLast, exchange)
        }
    }

    /// Completes the exchange with a page, or with the problem that there is none.
    func answer(_ result: Result<EventPage, Problem>, exchange: HTTPExchange) {
        LaterReply(exchange: exchange, instance: instance).complete { response throws(Problem) in
            try read.write(try result.get(), link: link, to: &response)
        }
    }

    /// Completes the exchange with a problem.
    func refuse(_ problem: Problem, exchange: HTTPExchange) {
        LaterReply(exchange: exchange, instance: instance).complete { _ throws(Problem) in throw problem }
    }

    private func outcome(
        _ result: Result<EventPage, Problem>, isLast: Bool, _ exchange: HTTPExchange
    ) -> LivePollOutcome {
        let result = result.map(read.settled)
        if !isLast, case .success(let page) = result, read.waits(after: page) {
            var next = self
            next.read = read.advanced(behind: page)
            return .waiting(next)
        }
        answer(result, exchange: exchange)
        return .answered
    }
}
