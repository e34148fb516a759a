package import ActivityLog

/// One query of a ``FeedRequest``.
package struct FeedQuery: Sendable {
    /// The workspace id; one that is not valid as the body spells it. Either way the inside of a JSON string.
    package let workspace: [UInt8]
    /// What to ask the workspace's log, or why only this query is refused: an invalid id, or a member of the right type
    /// with a bad value. The error names no line and no column.
    package var question: Result<EventQuery, BodySyntaxError>
}
