internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /activity?workspaces=a,b,c` as a stream of Server-Sent Events.
extension MergeRequest {
    /// Turns the connection into a stream of the workspaces, which goes on where `Last-Event-ID`, or else `since`, says.
    func openStream(
        for request: borrowing HTTPRequest, with response: inout HTTPResponse, peer: PeerAddress, live: LiveDelivery
    ) throws(Problem) -> HTTPDisposition {
        if hasLimit {
            throw Problem(
                .invalidParameter,
                "query parameter 'limit' does not apply to a stream, which takes workspaces, since, kind and since_secs"
            )
        }
        var tokens = since
        if let last = request.header(.lastEventID), last.count > 0 {
            tokens = LiveTokens(last)
            if tokens == nil { throw Problem.badLastEventID(last) }
        }
        if let tokens, tokens.cursors.count != workspaces.count {
            throw Problem(
                .invalidParameter,
                "the cursor is one of \(tokens.cursors.count) workspaces, and the URL names \(workspaces.count)")
        }
        response.writeStreamHead(.eventStream)
        if request.method == .head {
            response.leavesLengthOut = true
            return .now
        }
        let places = workspaces.indices.map { index in
            LiveSubscription.Place(workspace: workspaces[index], cursor: tokens?.cursors[index])
        }
        return try live.open(
            .eventStream, places, isMerged: true, kinds: query.kinds, maxAge: query.maxAge, peer: peer)
    }
}
