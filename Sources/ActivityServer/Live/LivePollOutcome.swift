/// What came of an attempt.
enum LivePollOutcome: Sendable {
    /// The exchange has its answer.
    case answered
    /// There is nothing yet; wait on with this.
    case waiting(any LivePoll)
}
