internal import ActivityJSON
internal import Problems

extension Problem {
    /// The problem of a body that is not the events, or the queries, that it should be.
    init(_ error: BodySyntaxError) {
        let code: Code =
            switch error.code {
            case .eventTooLarge, .bodyTooLarge: .bodyTooLarge
            default: .invalidBody
            }
        self.init(code, error.detail, slug: error.code.rawValue)
    }
}
