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
        question = WaitingQuery(read.query)
    }

    var workspaces: [OwnedBytes] { [workspace] }

    func ask(
        later: () -> @Sendable (Result<EventPage, Problem>) -> Void
    ) -> Result<EventPage, Problem>? {
        do throws(Problem) {
            // What is new is never much: it needs no pieces.
            var query = question.query
            query.mostScanned = .max
            guard case .now(let page) = try view.query(query, of: workspace.span, later: later) else {
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
        switch answer {
        case .success(let page): try read.write(question.settled(page), link: link, to: &response)
        case .failure(let problem): throw problem
        }
    }
}
