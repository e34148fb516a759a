/// Why a log could not do what it was asked. Nothing has changed when one of these is thrown.
package enum EventLogError: Error, Equatable, Sendable {
    /// The registry holds as many workspaces as it may; `limit` is that number.
    case tooManyWorkspaces(limit: Int)
    /// The backend cannot be reached or written just now; trying again later can succeed.
    case unavailable(reason: String)
}
