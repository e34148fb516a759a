internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /activity?workspaces=a,b,c` as a stream of Server-Sent Events.
extension MergeRequest {
    /// Turns the connection into a stream of the workspaces, which goes on where `Last-Event-ID`, or else `since`, says.
    func openStream(
        for request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange,
        in view: LogView
    ) throws(Problem) -> HTTPDisposition {
        if hasLimit {
            throw Problem(
                .invalidParameter,
                "query parameter 'limit' does not apply to a stream, which takes workspaces, since, kind and since_secs"
            )
        }
        let tokens = try request.lastEventID { LiveTokens($0) } ?? since
        if let tokens, tokens.cursors.count != workspaces.count {
            throw Problem(
                .invalidParameter,
                "the cursor is one of \(tokens.cursors.count) workspaces, and the URL names \(workspaces.count)")
        }
        let places = workspaces.indices.map { index in
            LiveWish.Place(workspace: workspaces[index], cursor: tokens?.cursors[index])
        }
        let wish = LiveWish(
            format: .eventStream, places: places, isMerged: true, kinds: query.kinds, maxAge: query.maxAge)
        return try view.openStream(wish, for: request, with: &response, exchange: exchange)
    }
}
