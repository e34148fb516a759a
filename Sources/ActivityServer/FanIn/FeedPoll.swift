internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// Feed queries that wait, or that logs answer later: what their reply needs after the request is gone.
struct FeedPoll: LivePoll {
    /// The logs as the caller may use them.
    let view: LogView
    var queries: [FeedQuery]
    /// Most events over all pages of the answer.
    let mostEvents: Int
    /// Most bytes of their events.
    let mostBytes: Int
    /// The indices of the queries whose cursor is not the client's, see ``advanced(behind:)``.
    var ownCursors: Set<Int> = []
    /// The request's raw path.
    let instance: OwnedBytes

    /// Each once, without those that are refused.
    var workspaces: [OwnedBytes] {
        var ids: Set<OwnedBytes> = []
        for query in queries {
            if case .success = query.question { ids.insert(OwnedBytes(query.workspace.span)) }
        }
        return Array(ids)
    }

    /// Asks all logs; nil when one answers later, see ``PageGathering``.
    func ask(later: () -> @Sendable ([PageGathering.Answer]) -> Void) -> [PageGathering.Answer]? {
        let questions = queries.map { query -> Result<PageQuestion, Problem> in
            let id = query.workspace
            return query.question.map { PageQuestion(workspace: OwnedBytes(id.span), query: $0) }
                .mapError { Problem($0) }
        }
        return PageGathering.answers(
            of: view, to: questions, mostEvents: mostEvents, mostBytes: mostBytes, later: later)
    }

    /// Whether there is something to tell: an event, a cursor that could not be honoured, or a query that is refused.
    func hasNews(_ answers: [PageGathering.Answer]) -> Bool {
        answers.contains { answer in
            guard case .success(let page) = answer else { return true }
            return page.hasNews
        }
    }

    /// These queries with their cursors behind pages that had nothing for them, so that what was passed over is not looked
    /// at again, nor counted as missed when it goes. A query without a cursor gets one, which the answer does not show.
    func advanced(behind answers: [PageGathering.Answer]) -> FeedPoll {
        var next = self
        for (index, answer) in zip(queries.indices, answers) {
            guard case .success(let page) = answer, let epoch = page.version.epoch,
                case .success(var query) = queries[index].question
            else { continue }
            if query.cursor == nil { next.ownCursors.insert(index) }
            query.cursor = .token(epoch, page.next)
            next.queries[index].question = .success(query)
        }
        return next
    }

    /// Writes the reply.
    func write(_ answers: [PageGathering.Answer], to response: inout HTTPResponse) {
        response.write(answers, to: queries, mostEvents: mostEvents, mostBytes: mostBytes)
    }

    /// Takes the first answers when they come later: completes the exchange with them, or parks it.
    func answerOrWait(
        _ answers: [PageGathering.Answer], exchange: HTTPExchange, seconds: Int
    ) {
        let reply = LaterReply(exchange: exchange, instance: instance)
        guard seconds > 0, !hasNews(answers) else {
            reply.complete { write(answers, to: &$0) }
            return
        }
        do throws(Problem) {
            _ = try view.wait(with: advanced(behind: answers), exchange: exchange, seconds: seconds)
        } catch {
            reply.complete { _ throws(Problem) in throw error }
        }
    }

    func attempt(
        isLast: Bool, exchange: HTTPExchange, later: @escaping @Sendable (LivePollOutcome) -> Void
    ) -> LivePollOutcome? {
        let answers = ask {
            { answers in later(outcome(answers, isLast: isLast, exchange)) }
        }
        return answers.map { outcome($0, isLast: isLast, exchange) }
    }

    private func outcome(
        _ answers: [PageGathering.Answer], isLast: Bool, _ exchange: HTTPExchange
    ) -> LivePollOutcome {
        var answers = answers
        for index in ownCursors { answers[index] = answers[index].map(\.withoutLoss) }
        guard isLast || hasNews(answers) else { return .waiting(advanced(behind: answers)) }
        LaterReply(exchange: exchange, instance: instance).complete { [answers] in write(answers, to: &$0) }
        return .answered
    }
}
