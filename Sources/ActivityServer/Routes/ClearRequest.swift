internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `DELETE /workspaces/{id}/activity`: the events go, ids and epoch go on. An unknown workspace is clear already.
enum ClearRequest {
    /// Clears the log and replies, now or later.
    static func respond(
        to request: borrowing HTTPRequest, workspace: Span<UInt8>, of logs: EventLogs,
        with response: inout HTTPResponse,
        exchange: HTTPExchange
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
