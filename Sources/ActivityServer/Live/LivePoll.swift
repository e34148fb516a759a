internal import ByteBuffers
internal import MicroHTTP

/// A request that waits for events: a long-poll. A value; what it learns while it waits comes back as the next one.
protocol LivePoll: Sendable {
    /// The workspaces that it waits for.
    var workspaces: [OwnedBytes] { get }

    /// Reads, and completes `exchange` if there is something to tell, or in any case when `isLast`.
    ///
    /// Returns nil when a log answers later; `later` is then called once with the outcome, from any thread.
    func attempt(
        isLast: Bool, exchange: HTTPExchange, later: @escaping @Sendable (LivePollOutcome) -> Void
    ) -> LivePollOutcome?
}
