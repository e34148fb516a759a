internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `DELETE /workspaces/{id}/activity`: the events go, ids and epoch go on. An unknown workspace is clear already.
enum ClearRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        if !request.query.isEmpty {
            throw Problem(.unknownParameter, "DELETE takes no query parameters; it clears the whole log")
        }
        response.status = 204
        return try call.withWorkspace(of: request) { workspace throws(Problem) in
            let cleared = try view.clear(workspace) {
                let reply = LaterReply(exchange: call.exchange, instance: OwnedBytes(request.path))
                return { result in
                    reply.complete { response throws(Problem) in
                        try result.get()
                        response.status = 204
                    }
                }
            }
            if case .later = cleared { return .later }
            return .now
        }
    }
}
