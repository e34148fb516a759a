internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /workspaces/{id}/activity` as a stream: Server-Sent Events, or NDJSON without end.
extension ReadRequest {
    /// Whether the reader wants a stream; throws when it asks for one in a form that has none.
    func isStream() throws(Problem) -> Bool {
        switch representation {
        case .eventStream: return true
        case .ndjson: return waitsForever
        case .json:
            if waitsForever {
                throw Problem(
                    .invalidParameter, "wait=stream needs Accept: application/x-ndjson, or text/event-stream without it"
                )
            }
            return false
        }
    }

    /// Turns the connection into a stream of the workspace `id`.
    func openStream(
        for request: borrowing HTTPRequest, _ id: OwnedBytes, with response: inout HTTPResponse,
        exchange: HTTPExchange, in view: LogView
    ) throws(Problem) -> HTTPDisposition {
        try refuseWhatStreamsLack()
        let cursor = try request.lastEventID { LogCursor($0) } ?? query.cursor
        let wish = LiveWish(
            format: representation == .ndjson ? .ndjson : .eventStream,
            places: [LiveWish.Place(workspace: id, cursor: cursor)], kinds: query.kinds, maxAge: query.maxAge)
        return try view.openStream(wish, for: request, with: &response, exchange: exchange)
    }

    /// Throws when a parameter was given that a stream cannot have, so that nobody believes it was heeded.
    private func refuseWhatStreamsLack() throws(Problem) {
        for parameter in ReadParameter.allCases where given & parameter.bit != 0 {
            switch parameter {
            case .since, .kind, .sinceSecs: break
            case .wait where representation == .ndjson: break
            case .wait, .limit, .before, .order, .strict:
                throw Problem(
                    .invalidParameter,
                    "query parameter '\(parameter.rawValue)' does not apply to a stream, which takes since, kind and "
                        + "since_secs")
            }
        }
    }
}

extension HTTPResponse {
    /// Makes this the head of a stream.
    mutating func writeStreamHead(_ representation: Representation) {
        setHeader("Content-Type", value: representation.contentType)
        setHeader("Cache-Control", value: "no-store")
        // nginx would otherwise collect a stream until its buffer is full.
        setHeader("X-Accel-Buffering", value: "no")
        setHeader("Vary", value: "Accept")
    }
}
