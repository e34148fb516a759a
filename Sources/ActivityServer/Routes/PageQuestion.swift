internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// What to ask of a workspace that is one of several.
struct PageQuestion: Sendable {
    let workspace: OwnedBytes
    var query: EventQuery

    /// Asks the logs, which answer now or later as ``EventStore`` says.
    func ask(_ logs: EventLogs, later: () -> StoreCompletion<EventPage>) throws(Problem) -> StoreAnswer<EventPage> {
        do throws(StoreError) {
            return try logs.query(query, of: workspace.span, later: later)
        } catch {
            throw Problem(error)
        }
    }
}
