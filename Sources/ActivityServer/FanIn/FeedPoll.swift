internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// Feed queries that wait, or that logs answer later.
struct FeedPoll: LivePoll {
    /// What to ask for one of the queries, or why it is refused.
    private typealias Question = Result<WaitingQuery, Problem>

    /// The logs as the caller may use them.
    let view: LogView
    let queries: [FeedQuery]
    /// Most events over all pages of the answer.
    let mostEvents: Int
    /// Most bytes of their events.
    let mostBytes: Int
    let instance: OwnedBytes
    private var questions: [Question]

    init(_ queries: [FeedQuery], view: LogView, mostEvents: Int, mostBytes: Int, instance: OwnedBytes) {
        self.queries = queries
        self.view = view
        self.mostEvents = mostEvents
        self.mostBytes = mostBytes
        self.instance = instance
        questions = queries.map { $0.question.map { WaitingQuery($0) }.mapError { Problem($0) } }
    }

    /// Those of the queries that are not refused.
    var workspaces: [OwnedBytes] {
        var ids: Set<OwnedBytes> = []
        for query in queries {
            if case .success = query.question { ids.insert(OwnedBytes(query.workspace.span)) }
        }
        return Array(ids)
    }

    func ask(later: () -> @Sendable ([PageGathering.Answer]) -> Void) -> [PageGathering.Answer]? {
        let asked = zip(queries, questions).map { query, question -> Result<PageQuestion, Problem> in
            let id = query.workspace
            return question.map { PageQuestion(workspace: OwnedBytes(id.span), query: $0.query) }
        }
        return PageGathering.answers(of: view, to: asked, mostEvents: mostEvents, mostBytes: mostBytes, later: later)
    }

    /// Waits on while no page has an event: a query that is refused, or whose log failed, does not end the wait of the
    /// others, but when there are no others.
    func waiting(after answers: [PageGathering.Answer]) -> FeedPoll? {
        var next = self
        var waits = false
        for (index, answer) in zip(questions.indices, answers) {
            guard case .success(let page) = answer, case .success(var question) = questions[index] else { continue }
            guard page.count == 0 else { return nil }
            question.pass(page)
            next.questions[index] = .success(question)
            waits = true
        }
        return waits ? next : nil
    }

    func write(_ answers: [PageGathering.Answer], to response: inout HTTPResponse) {
        let settled = zip(questions, answers).map { question, answer -> PageGathering.Answer in
            guard case .success(let question) = question else { return answer }
            return answer.map(question.settled)
        }
        response.write(settled, to: queries, mostEvents: mostEvents, mostBytes: mostBytes)
    }
}
