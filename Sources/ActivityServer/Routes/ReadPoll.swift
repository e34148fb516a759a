internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// A read of one workspace that waits, or that its log answers later.
struct ReadPoll: LivePoll {
    let workspace: OwnedBytes
    /// The logs as the caller may use them.
    let view: LogView
    let read: ReadRequest
    let instance: OwnedBytes
    let link: NextLink
    private var question: WaitingQuery

    init(_ read: ReadRequest, of workspace: OwnedBytes, view: LogView, instance: OwnedBytes, link: NextLink) {
        self.read = read
        self.workspace = workspace
        self.view = view
        self.instance = instance
        self.link = link
        var query = read.query
        // What is new is never much: it needs no pieces.
        query.mostScanned = .max
        question = WaitingQuery(query)
    }

    var workspaces: [OwnedBytes] { [workspace] }

    func ask(
        later: () -> @Sendable (Result<EventPage, Problem>) -> Void
    ) -> Result<EventPage, Problem>? {
        do throws(Problem) {
            guard case .now(let page) = try view.query(question.query, of: workspace.span, later: later) else {
                return nil
            }
            return .success(page)
        } catch {
            return .failure(error)
        }
    }

    func waiting(after answer: Result<EventPage, Problem>) -> ReadPoll? {
        guard case .success(let page) = answer else { return nil }
        return waiting(after: page)
    }

    /// The same after a page.
    func waiting(after page: EventPage) -> ReadPoll? {
        guard !read.isAnswered(by: question.settled(page)) else { return nil }
        var next = self
        next.question.pass(page)
        return next
    }

    func write(_ answer: Result<EventPage, Problem>, to response: inout HTTPResponse) throws(Problem) {
        try read.write(question.settled(try answer.get()), link: link, to: &response)
    }
}
