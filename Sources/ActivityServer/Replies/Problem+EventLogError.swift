internal import ActivityLog
internal import Problems

extension Problem {
    /// The problem that a client is told of when a log refuses.
    init(_ error: EventLogError) {
        switch error {
        case .tooManyWorkspaces(let limit):
            self.init(
                .workspaceLimit,
                "the daemon keeps at most \(limit) workspaces (max_workspaces) and has as many; no new one is made")
        case .unavailable(let reason):
            self.init(.unavailable, "the log cannot be reached: \(reason)")
        }
    }
}
