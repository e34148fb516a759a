internal import MicroHTTP
internal import Problems

/// `POST /activity/query`: several workspaces, each after a cursor of its own, see ``FeedReader``.
enum FeedRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        try worker.feeds.respond(to: request, as: call.body, in: view, with: &response, exchange: call.exchange)
    }
}
