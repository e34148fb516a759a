internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// A request that waits for events, or that logs answer later: what its reply needs after the request is gone. A value; what
/// it learns while it waits comes back as the next one.
protocol LivePoll: Sendable {
    /// What its logs answer.
    associatedtype Answer: Sendable

    /// The workspaces that it waits for, each once.
    var workspaces: [OwnedBytes] { get }
    /// The request's raw path, for problems.
    var instance: OwnedBytes { get }

    /// Asks the logs. Nil when one answers later: the closure that `later` made is then called once, from any thread.
    func ask(later: () -> @Sendable (Answer) -> Void) -> Answer?

    /// What waits on after an answer that does not end the wait; nil when it does.
    func waiting(after answer: Answer) -> Self?

    /// Writes the reply. On the worker of the connection.
    func write(_ answer: Answer, to response: inout HTTPResponse) throws(Problem)
}

/// What came of an attempt.
enum LivePollOutcome: Sendable {
    /// The exchange has its answer.
    case answered
    /// There is nothing yet; wait on with this.
    case waiting(any LivePoll)
}

extension LivePoll {
    /// Asks, and completes `exchange` if that ends the wait, or in any case when `isLast`.
    ///
    /// Returns nil when a log answers later; `later` is then called once with the outcome, from any thread.
    func attempt(
        isLast: Bool, exchange: HTTPExchange, later: @escaping @Sendable (LivePollOutcome) -> Void
    ) -> LivePollOutcome? {
        let answer = ask {
            { answer in later(outcome(answer, isLast: isLast, exchange)) }
        }
        return answer.map { outcome($0, isLast: isLast, exchange) }
    }

    private func outcome(_ answer: Answer, isLast: Bool, _ exchange: HTTPExchange) -> LivePollOutcome {
        if !isLast, let next = waiting(after: answer) { return .waiting(next) }
        complete(exchange, with: answer)
        return .answered
    }

    /// Takes the first answer when it comes later: completes `exchange` with it, or parks it for `seconds`.
    func answerOrWait(_ answer: Answer, exchange: HTTPExchange, seconds: Int, view: LogView) {
        guard seconds > 0, let next = waiting(after: answer) else {
            complete(exchange, with: answer)
            return
        }
        do throws(Problem) {
            _ = try view.wait(with: next, exchange: exchange, seconds: seconds)
        } catch {
            LaterReply(exchange: exchange, instance: instance).complete { _ throws(Problem) in throw error }
        }
    }

    private func complete(_ exchange: HTTPExchange, with answer: Answer) {
        LaterReply(exchange: exchange, instance: instance).complete { response throws(Problem) in
            try write(answer, to: &response)
        }
    }
}

/// The query of a reader who waits: where it goes on after pages that had nothing for it, and what is to be told of those
/// when the wait ends.
///
/// An empty page never ends a wait, whatever was missed or reset: an answer that comes at once, to a reader who comes back
/// at once with the cursor that it has, would be repeated without end.
struct WaitingQuery: Sendable {
    /// What to ask next.
    private(set) var query: EventQuery
    /// Whether the cursor is the reader's own: who has none can have missed nothing.
    private let hasCursor: Bool
    /// The version that the reader has a page of.
    private let known: LogVersion?
    /// Events that were gone before the pages which it has passed.
    private var missed = 0
    /// Why the reader's own cursor could not be honoured.
    private var reset: EventPage.Reset?
    /// Whether the cursor was ahead of the log: the next append, whatever its id, gives the reader all that is resident.
    private var wasAhead = false

    init(_ query: EventQuery) {
        self.query = query
        hasCursor = query.cursor != nil
        known = query.known
    }

    /// Goes on after a page that had nothing, so that what was passed over is not looked at again, nor counted as missed when
    /// it goes.
    mutating func pass(_ page: EventPage) {
        if page.reset == .cursorAhead {
            reset = .cursorAhead
            wasAhead = true
            query.cursor = page.version.epoch.map { .token($0, page.next) } ?? .id(0)
            query.known = page.version
            return
        }
        // A page that is unchanged passed nothing over: when the log changes, all of it is news.
        guard !page.isUnchanged, let epoch = page.version.epoch else { return }
        if hasCursor {
            missed += page.missed
            reset = page.reset ?? reset
        }
        query.cursor = .token(epoch, page.next)
    }

    /// A page as the reader's own cursor, or its having none, would have it.
    func settled(_ page: EventPage) -> EventPage {
        var page = page
        page.missed = hasCursor ? page.missed + missed : 0
        page.reset = hasCursor ? page.reset ?? reset : nil
        if wasAhead, page.isUnchanged {
            // It is the wait that knows this version, not the reader; the events in it come after the next append.
            page.isUnchanged = known == page.version
            page.next = page.version.oldest - 1
            page.hasMore = false
        }
        return page
    }
}
