internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import Problems

extension Problem {
    /// The problem that a client is told of when a store refuses, or does not answer.
    init(_ error: StoreError) {
        switch error {
        case .tooManyWorkspaces(let limit):
            self.init(
                .workspaceLimit,
                "the daemon keeps at most \(limit) workspaces (max_workspaces) and has as many, all in use; no new one is made"
            )
        case .outOfMemory:
            self.init(
                .outOfMemory,
                "the daemon holds as much as it may (max_memory_bytes); send smaller batches, or try again later")
        case .unavailable(let reason):
            self.init(.unavailable, "the log cannot be reached: \(reason)")
        case .timedOut(let seconds):
            self.init(
                .storeTimeout,
                "the log did not answer within \(seconds) s; what was asked may still happen: read before you try again"
            )
        case .batchSpansStores:
            self.init(
                .batchSpansStores,
                "the batch names workspaces of several stores that cannot commit together; send one batch for each")
        }
    }
}

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

extension Problem {
    /// The problem of a query parameter with a bad value; `expected` says what would be right.
    static func badValue(of name: String, _ value: Span<UInt8>, expected: String) -> Problem {
        // Enough of the value to recognise it, whatever its length.
        let shown = value.extracting(first: min(value.count, 64)).text
        return Problem(.invalidParameter, "query parameter '\(name)' is '\(shown)'; it must be \(expected)")
    }

    /// The problem of a `Last-Event-ID` that this API did not hand out.
    static func badLastEventID(_ value: Span<UInt8>) -> Problem {
        let shown = value.extracting(first: min(value.count, 64)).text
        return Problem(
            .invalidParameter, "Last-Event-ID is '\(shown)'; it must be the id of an event of this stream")
    }
}
