internal import ActivityJSON
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

    /// How a head says that its body is to be read; throws when the body would be refused whatever is in it: by its coding or
    /// its media type.
    func form(of head: borrowing HTTPRequest) throws(Problem) -> BodyForm {
        switch self {
        case .none: return BodyForm()
        case .events:
            let coding = try ContentCoding(of: head)
            return BodyForm(isCompressed: coding == .gzip, isLines: try AppendRequest.format(of: head) == .ndjson)
        case .feedQueries:
            let coding = try ContentCoding(of: head)
            try FeedReader.checkMediaType(of: head)
            return BodyForm(isCompressed: coding == .gzip)
        }
    }

    /// Refuses a request that must have a body and whose body was not received, or was not even announced.
    @inline(__always)
    func checkReceived(_ request: borrowing HTTPRequest) throws(Problem) {
        if request.bodyCount == 0 { try refuseMissing(request) }
    }

    @inline(never)
    private func refuseMissing(_ request: borrowing HTTPRequest) throws(Problem) {
        if request.bodyOutcome == .tooLarge {
            throw Problem(.bodyTooLarge, "the body is larger than max_body_bytes allows; send smaller batches")
        }
        if request.contentLength == nil, !request.isChunked {
            throw Problem(.lengthRequired, "send the body with Content-Length or Transfer-Encoding: chunked")
        }
    }
}

/// How the body of a request is to be read, found out with its head.
struct BodyForm: Equatable, Sendable {
    /// By gzip.
    var isCompressed = false
    /// An event a line instead of JSON.
    var isLines = false
}
