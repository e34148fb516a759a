internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /workspaces/{id}/activity`: a page, at once or when there is something to read, or a stream.
enum ReadRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        let (limits, exchange) = (worker.limits, call.exchange)
        return try call.withWorkspace(of: request) { workspace throws(Problem) in
            try answer(request, of: workspace, view, limits, exchange, &response)
        }
    }

    private static func answer(
        _ request: borrowing HTTPRequest, of workspace: Span<UInt8>, _ view: LogView, _ limits: ActivityServerLimits,
        _ exchange: HTTPExchange, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        guard let representation = Representation(accept: request.header(.accept)) else {
            throw Problem(
                .notAcceptable,
                "this route answers application/json, application/x-ndjson or text/event-stream; Accept leaves them out"
            )
        }
        var read = try ReadRequest(request.query, limits: limits)
        read.representation = representation
        if try read.isStream() {
            return try read.openStream(
                for: request, OwnedBytes(workspace), with: &response, exchange: exchange, in: view)
        }
        read.prepare(for: request)
        return try read.respond(
            to: request, workspace: workspace, in: view, with: &response, exchange: exchange)
    }
}
