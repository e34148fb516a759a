internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `POST /events`: one event, or a batch that is appended whole or not at all, unless its sender prefers otherwise.
struct AppendRequest: Sendable {
    /// Whether the client wants the short reply (`Prefer: return=minimal`).
    var isMinimal: Bool { preferences.isMinimal }
    /// How the body is to be read (`Prefer: handling=…`).
    var handling: BodyHandling {
        switch preferences.handling {
        case .strict: .strict
        case .lenient: .lenient
        case nil: .repairing
        }
    }
    /// Halves of surrogate pairs that were replaced in the body.
    var repairs = 0
    /// What was left out of the body.
    var leftOut = LeftOut.nothing

    /// In a box, since there is nothing as a rule.
    enum LeftOut {
        case nothing
        indirect case events(EventRefusals)
    }

    private var preferences = Preferences()

    init(_ request: borrowing HTTPRequest) {
        guard request.header(.prefer) != nil else { return }
        var preferences = Preferences()
        request.eachValue(of: .prefer) { preferences.read($0) }
        self.preferences = preferences
    }

    /// The format that the body's media type announces; a missing one is JSON.
    ///
    /// Form types are refused, which also keeps a foreign web page from posting without a preflight.
    static func format(of request: borrowing HTTPRequest) throws(Problem) -> EventFormat {
        guard let type = request.header(.contentType) else { return .json }
        switch MediaType(type) {
        case .json: return .json
        case .ndjson: return .ndjson
        case .form, nil:
            throw .mediaType(type, "application/json, or application/x-ndjson for an event a line")
        }
    }
}

extension Problem {
    /// The problem of a body of a type that the route does not take, in place of which `wanted` is.
    static func mediaType(_ type: Span<UInt8>, _ wanted: StaticString) -> Problem {
        let shown = type.extracting(first: 64).text
        let isForm = MediaType(type) == .form
        let hint = isForm ? " (curl -d announces a form unless -H 'Content-Type: application/json' is given)" : ""
        return Problem(.unsupportedMediaType, "Content-Type '\(shown)' is not accepted; send \(wanted)\(hint)")
    }
}
