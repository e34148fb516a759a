internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// What to ask of a workspace that is one of several.
struct PageQuestion: Sendable {
    let workspace: OwnedBytes
    var query: EventQuery

    /// Asks the log, which answers now or later as ``EventStore`` says.
    func ask(_ view: LogView, later: () -> ViewCompletion<EventPage>) throws(Problem) -> StoreAnswer<EventPage> {
        try view.query(query, of: workspace.span, later: later)
    }
}
