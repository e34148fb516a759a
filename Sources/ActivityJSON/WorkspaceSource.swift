/// Where the workspace of an event comes from.
package enum WorkspaceSource: Sendable {
    /// Each event names its own in `workspace_id`.
    case member
    /// The request has named it already, so an event must not: `workspace_id` is an unknown member.
    case fixed
}
