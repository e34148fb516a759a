package import ActivityLog

/// What a body of `POST /activity/query` asks for.
package struct FeedRequest: Sendable {
    /// The queries in the order of the body: 1 to ``mostQueries``.
    package var queries: [FeedQuery]
    /// How long to wait for something to read, in seconds: 0, which answers at once, to ``longestWait``.
    package var waitSeconds = 0

    /// Most queries of one request.
    package static let mostQueries = 200
    /// The longest wait that can be asked for, in seconds.
    package static let longestWait = 30
    /// Most events of a page whose query has no `limit`.
    package static let defaultLimit = 1000
}

/// One query of a ``FeedRequest``.
package struct FeedQuery: Sendable {
    /// The workspace id; one that is not valid as the body spells it. Either way the inside of a JSON string.
    package let workspace: [UInt8]
    /// What to ask the workspace's log, or why only this query is refused: an invalid id, or a member of the right type
    /// with a bad value. The error names no line and no column.
    package var question: Result<EventQuery, BodySyntaxError>
}
