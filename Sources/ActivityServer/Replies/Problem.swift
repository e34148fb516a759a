/// A refused request: what a client is told in an `application/problem+json` body (RFC 9457).
///
/// `code` is stable and for programs, `detail` is for people and may change. A refused request has changed nothing.
struct Problem: Error, Equatable {
    /// What kind of problem; it decides the status.
    let code: Code
    /// What is wrong, where, and what would be right.
    let detail: String
    /// What clients match; that of ``code`` unless a body error has a closer one.
    let slug: String
    /// Methods of the route, for the `Allow` header of a 405.
    var allow: String?

    init(_ code: Code, _ detail: String, slug: String? = nil, allow: String? = nil) {
        self.slug = slug ?? code.rawValue
        self.code = code
        self.detail = detail
        self.allow = allow
    }

    /// The slugs that clients may match, with their status.
    enum Code: String, CaseIterable {
        /// A body that is refused; the slug is that of ``BodySyntaxError/Code``.
        case invalidBody = "invalid-json"
        case invalidParameter = "invalid-parameter"
        case unknownParameter = "unknown-parameter"
        case invalidWorkspaceID = "invalid-workspace-id"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case notAcceptable = "not-acceptable"
        case cursorEvicted = "cursor-evicted"
        case epochChanged = "epoch-changed"
        case cursorAhead = "cursor-ahead"
        case lengthRequired = "length-required"
        case bodyTooLarge = "body-too-large"
        case unsupportedMediaType = "unsupported-media-type"
        case unavailable = "unavailable"
        case draining = "draining"
        case tooManyReaders = "too-many-readers"
        case workspaceLimit = "workspace-limit"

        var status: Int {
            switch self {
            case .invalidBody, .invalidParameter, .unknownParameter, .invalidWorkspaceID: 400
            case .notFound: 404
            case .methodNotAllowed: 405
            case .notAcceptable: 406
            case .cursorEvicted, .epochChanged, .cursorAhead: 410
            case .lengthRequired: 411
            case .bodyTooLarge: 413
            case .unsupportedMediaType: 415
            case .unavailable, .draining, .tooManyReaders: 503
            case .workspaceLimit: 507
            }
        }

        /// The reason phrase of the status (RFC 9110 section 15), which RFC 9457 wants as the title of `about:blank`.
        var title: String {
            switch status {
            case 400: "Bad Request"
            case 404: "Not Found"
            case 405: "Method Not Allowed"
            case 406: "Not Acceptable"
            case 410: "Gone"
            case 411: "Length Required"
            case 413: "Content Too Large"
            case 415: "Unsupported Media Type"
            case 503: "Service Unavailable"
            default: "Insufficient Storage"
            }
        }
    }
}
