internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `POST /events`: one event, or a batch that is appended whole or not at all.
struct AppendRequest: Sendable {
    /// Whether the client wants the short reply (`Prefer: return=minimal`, RFC 7240 section 4.2).
    let isMinimal: Bool

    init(_ request: borrowing HTTPRequest) {
        if let preferences = request.header(.prefer) {
            isMinimal = Preference.isReturnMinimal(preferences)
        } else {
            isMinimal = false
        }
    }

    /// The format that the body's media type announces; a missing one is JSON.
    ///
    /// Form types are refused, which also keeps a foreign web page from posting without a preflight.
    static func format(of request: borrowing HTTPRequest) throws(Problem) -> EventFormat {
        try refuseEncoded(request)
        guard let type = request.header(.contentType) else { return .json }
        switch MediaType(type) {
        case .json: return .json
        case .ndjson: return .ndjson
        case nil:
            throw Problem(
                .unsupportedMediaType,
                "Content-Type '\(type.text)' is not accepted; send application/json or application/x-ndjson")
        }
    }

    /// Refuses a body that is compressed or otherwise encoded.
    static func refuseEncoded(_ request: borrowing HTTPRequest) throws(Problem) {
        guard let coding = request.header(.contentEncoding), !coding.equals("identity") else { return }
        throw Problem(
            .unsupportedMediaType, "Content-Encoding '\(coding.text)' is not accepted; send the body as it is")
    }
}
