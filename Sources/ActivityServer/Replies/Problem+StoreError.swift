internal import ActivityLog
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
