/// An error answer that the server gives by itself, before or instead of a responder (RFC 9457).
struct Problem {
    let status: UInt16
    /// What the status means; also the reason phrase.
    let title: StaticString
    /// A stable slug for clients to compare.
    let code: StaticString
    /// A sentence for people. Like the others it needs no escaping in JSON.
    let detail: StaticString
    /// Seconds for `Retry-After`.
    var retryAfter: Int?

    static func badHead(_ defect: HeadDefect) -> Problem {
        Problem(status: 400, title: "Bad Request", code: "bad-request-head", detail: defect.detail)
    }

    static let requestTimeout = Problem(
        status: 408, title: "Request Timeout", code: "request-timeout", detail: "the request was not complete in time")

    static let bodyTooLarge = Problem(
        status: 413, title: "Content Too Large", code: "body-too-large", detail: "the request body exceeds the limit")

    static let unknownExpectation = Problem(
        status: 417, title: "Expectation Failed", code: "unknown-expectation",
        detail: "the only expectation understood is 100-continue")

    static let tooManyConnections = Problem(
        status: 503, title: "Service Unavailable", code: "too-many-connections",
        detail: "the limit on connections is reached", retryAfter: 1)

    static let stopping = Problem(
        status: 503, title: "Service Unavailable", code: "stopping", detail: "the server is stopping", retryAfter: 1)

    static let noResources = Problem(
        status: 503, title: "Service Unavailable", code: "no-resources", detail: "the server is out of memory",
        retryAfter: 1)
}
