/// Why a store could not do what it was asked. But for ``timedOut(seconds:)``, nothing has changed then.
package enum StoreError: Error, Equatable, Sendable {
    /// The store holds as many workspaces as it may, and none of them gives way; `limit` is that number.
    case tooManyWorkspaces(limit: Int)
    /// There is no memory for the events, also after older ones were given up.
    case outOfMemory
    /// The store cannot be reached or written just now; trying again later can succeed.
    case unavailable(reason: String)
    /// The store did not answer within its deadline, of so many seconds. What it was asked may still happen.
    case timedOut(seconds: Int)
    /// A batch is for workspaces of several stores of which more than one can fail after the others have applied it.
    case batchSpansStores
}
