/// What a body of `POST /activity/query` asks for.
package struct FeedRequest: Sendable {
    /// The queries in the order of the body: 1 to ``mostQueries``.
    package var queries: [FeedQuery]

    /// Most queries of one request.
    package static let mostQueries = 200
    /// Most events of a page whose query has no `limit`.
    package static let defaultLimit = 1000
}
