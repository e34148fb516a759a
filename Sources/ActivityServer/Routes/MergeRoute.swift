internal import MicroHTTP
internal import Problems

/// `GET /activity?workspaces=a,b,c`: several workspaces as one page or one stream, see ``MergeRequest``.
enum MergeRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        try MergeRequest.respond(
            to: request, in: view, limits: worker.limits, with: &response, exchange: call.exchange)
    }
}
