internal import ActivityLog
internal import Problems

/// What to ask of a workspace: of the only one, or of one of several.
struct PageQuestion: Sendable {
    /// Nil for a workspace that nothing was ever appended to: its page is empty, and it is not made.
    let workspace: Workspace?
    var query: EventQuery

    /// Asks the log, which answers now or later as ``EventLogBackend`` says.
    func ask(later: () -> LogCompletion<EventPage>) throws(Problem) -> EventPage? {
        guard let workspace else { return .ofUnknownWorkspace(query) }
        do throws(EventLogError) {
            return try workspace.log.query(query, later: later)
        } catch {
            throw Problem(error)
        }
    }
}
