/// Counts since the server started, except where said otherwise.
package struct HTTPServerStatistics: Sendable, Equatable {
    /// Connections open now, without those that have become streams.
    package var openConnections = 0
    /// Connections that have become streams and are open.
    package var openStreams = 0
    /// Connections that reached a worker.
    package var acceptedConnections = 0
    /// Connections turned away with 503 because of a limit.
    package var refusedConnections = 0
    /// Requests that reached a responder or were refused by one.
    package var requests = 0
    /// Requests that the server refused by itself, with 400, 413 or 417.
    package var rejectedRequests = 0
    /// Requests ended with 408, and idle connections closed by the deadline.
    package var expiredConnections = 0
}
