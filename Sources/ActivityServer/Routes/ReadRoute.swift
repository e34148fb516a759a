internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /workspaces/{id}/activity`: a page, at once or when there is something to read, or a stream.
enum ReadRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        let segment = request.path.extracting(call.workspace)
        if WorkspaceID.isValid(segment) {
            return try answer(request, of: segment, worker.service, call.exchange, &response)
        }
        let decoded = try WorkspacePath.decoded(segment)
        return try answer(request, of: decoded.span, worker.service, call.exchange, &response)
    }

    private static func answer(
        _ request: borrowing HTTPRequest, of workspace: Span<UInt8>, _ service: ActivityService,
        _ exchange: HTTPExchange, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        guard let representation = Representation(accept: request.header(.accept)) else {
            throw Problem(
                .notAcceptable,
                "this route answers application/json, application/x-ndjson or text/event-stream; Accept leaves them out"
            )
        }
        var read = try ReadRequest(request.query, limits: service.limits)
        read.representation = representation
        if try read.isStream() {
            return try read.openStream(
                for: request, OwnedBytes(workspace), with: &response, peer: exchange.peer, live: service.live)
        }
        return try read.respond(
            to: request, workspace: workspace, live: service.live, with: &response, exchange: exchange)
    }
}
