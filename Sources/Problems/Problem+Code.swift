extension Problem {
    /// Every kind of problem that this program tells a client of: the slug that clients match, and the status.
    ///
    /// Adding one is a case here and a row in the table of `docs/api.md`, which a test compares.
    package enum Code: String, CaseIterable, Sendable {
        // The head.
        case badHead = "bad-request-head"
        case unknownExpectation = "unknown-expectation"
        case requestTimeout = "request-timeout"

        // The resource and its parameters.
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case notAcceptable = "not-acceptable"
        case invalidParameter = "invalid-parameter"
        case unknownParameter = "unknown-parameter"
        case invalidWorkspaceID = "invalid-workspace-id"
        case cursorEvicted = "cursor-evicted"
        case epochChanged = "epoch-changed"
        case cursorAhead = "cursor-ahead"

        // The body.
        case lengthRequired = "length-required"
        case bodyTooLarge = "body-too-large"
        case unsupportedMediaType = "unsupported-media-type"
        /// A body that is not what it should be; bodies have closer slugs.
        case invalidBody = "invalid-json"

        // The server.
        case tooManyConnections = "too-many-connections"
        case tooManyReaders = "too-many-readers"
        case noResources = "no-resources"
        /// There is no memory for what the request needs at the moment.
        case overloaded
        case unavailable
        case draining
        case workspaceLimit = "workspace-limit"

        /// The status of the answer.
        package var status: UInt16 {
            switch self {
            case .badHead, .invalidBody, .invalidParameter, .unknownParameter, .invalidWorkspaceID: 400
            case .notFound: 404
            case .methodNotAllowed: 405
            case .notAcceptable: 406
            case .requestTimeout: 408
            case .cursorEvicted, .epochChanged, .cursorAhead: 410
            case .lengthRequired: 411
            case .bodyTooLarge: 413
            case .unsupportedMediaType: 415
            case .unknownExpectation: 417
            case .tooManyConnections, .tooManyReaders, .noResources, .overloaded, .unavailable, .draining: 503
            case .workspaceLimit: 507
            }
        }

        /// The reason phrase of the status (RFC 9110 section 15), which RFC 9457 wants as the title of `about:blank`.
        package var title: StaticString { ReasonPhrase.of(status) }

        /// Seconds after which a client may try again when the problem says nothing else; nil where trying again does not
        /// help.
        var usualRetryAfter: Int? {
            switch status {
            case 429, 503: 1
            // Room comes when events expire, which takes longer.
            case 507: 30
            default: nil
            }
        }
    }
}
