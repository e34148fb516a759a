internal import MicroHTTP
internal import Problems

/// `POST /events`: one event or a batch, see ``EventAppender``.
enum AppendRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        guard worker.service.takesAppends else { throw .draining }
        return try worker.appender.respond(
            to: request, as: call.body, in: view, with: &response, exchange: call.exchange)
    }
}
