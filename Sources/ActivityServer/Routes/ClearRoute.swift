internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `DELETE /workspaces/{id}/activity`: the events go, ids and epoch go on. An unknown workspace is clear already.
enum ClearRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        let segment = request.path.extracting(call.workspace)
        if WorkspaceID.isValid(segment) {
            return try clear(segment, of: worker.service.logs, request, call.exchange, &response)
        }
        let decoded = try WorkspacePath.decoded(segment)
        return try clear(decoded.span, of: worker.service.logs, request, call.exchange, &response)
    }

    private static func clear(
        _ workspace: Span<UInt8>, of logs: EventLogs, _ request: borrowing HTTPRequest, _ exchange: HTTPExchange,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        if !request.query.isEmpty {
            throw Problem(.unknownParameter, "DELETE takes no query parameters; it clears the whole log")
        }
        response.status = 204
        do throws(StoreError) {
            let cleared = try logs.clear(workspace) {
                let reply = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
                return { result in
                    reply.complete { response throws(Problem) in
                        switch result {
                        case .success: response.status = 204
                        case .failure(let error): throw Problem(error)
                        }
                    }
                }
            }
            if case .later = cleared { return .later }
            return .now
        } catch {
            throw Problem(error)
        }
    }
}
