internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// Asks several logs, each of which answers now or later.
enum PageGathering {
    /// What came of a question.
    typealias Answer = Result<EventPage, Problem>

    /// Asks all `questions`, in order; a failure keeps none of the others from being asked.
    ///
    /// - Parameters:
    ///   - view: Whom to ask.
    ///   - questions: What to ask, or why there is nothing to ask.
    ///   - mostEvents: Most events of all pages. Each log is asked for no more than the pages before it have left, as far
    ///     as those are known by then: an answer that comes later may have to be cut.
    ///   - mostBytes: Bytes of events after which further logs are asked for none, as far as those are known by then. The
    ///     pages are not cut to it.
    ///   - later: Makes the closure that takes the answers; called at most once, and only when nil is returned.
    /// - Returns: The answers in the order of the questions, or nil when a log answers later: the closure that `later`
    ///   made is then called once, from any thread.
    static func answers(
        of view: LogView, to questions: [Result<PageQuestion, Problem>], mostEvents: Int = .max,
        mostBytes: Int = .max,
        later: () -> @Sendable ([Answer]) -> Void
    ) -> [Answer]? {
        var left = mostEvents
        var bytesLeft = mostBytes
        var answers: [Answer] = []
        answers.reserveCapacity(questions.count)
        var gathering: Gathering<Answer>?
        for index in questions.indices {
            let answer: Answer
            do throws(Problem) {
                var question = try questions[index].get()
                question.query.limit = bytesLeft > 0 ? min(question.query.limit, left) : 0
                let given = try question.ask(view) {
                    let pending = gathering ?? Gathering(count: questions.count, first: answers, finish: later())
                    gathering = pending
                    return { result in pending.take(result, at: index) }
                }
                guard case .now(let page) = given else { continue }
                left -= page.count
                if mostBytes < .max { bytesLeft -= page.byteCount }
                answer = .success(page)
            } catch {
                answer = .failure(error)
            }
            if let gathering { gathering.take(answer, at: index) } else { answers.append(answer) }
        }
        guard let gathering else { return answers }
        gathering.close()
        return nil
    }
}

/// What to ask of a workspace that is one of several.
struct PageQuestion: Sendable {
    let workspace: OwnedBytes
    var query: EventQuery

    /// Asks the log, which answers now or later as ``EventStore`` says.
    func ask(_ view: LogView, later: () -> ViewCompletion<EventPage>) throws(Problem) -> StoreAnswer<EventPage> {
        try view.query(query, of: workspace.span, later: later)
    }
}
