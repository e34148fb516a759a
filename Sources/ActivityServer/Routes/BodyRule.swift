internal import MicroHTTP
internal import Problems

/// What the body of a request must be.
enum BodyRule: Sendable {
    /// There is none, or it is not looked at.
    case none
    /// One event, an array or lines of them.
    case events
    /// The queries of a feed.
    case feedQueries

    /// Refuses a head whose body would be refused whatever is in it: by its coding or its media type.
    func check(_ head: borrowing HTTPRequest) throws(Problem) {
        switch self {
        case .none: break
        case .events: try AppendRequest.check(head)
        case .feedQueries: try FeedReader.check(head)
        }
    }

    /// Refuses a request whose body was not received, or was not even announced.
    func checkReceived(_ request: borrowing HTTPRequest) throws(Problem) {
        if case .none = self { return }
        if request.bodyOutcome == .tooLarge {
            throw Problem(.bodyTooLarge, "the body is larger than max_body_bytes allows; send smaller batches")
        }
        if request.contentLength == nil, !request.isChunked {
            throw Problem(.lengthRequired, "send the body with Content-Length or Transfer-Encoding: chunked")
        }
    }
}
