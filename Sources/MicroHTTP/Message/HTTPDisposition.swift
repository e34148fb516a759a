/// When a request is answered.
package enum HTTPDisposition: Sendable {
    /// The response is filled in.
    case now
    /// ``HTTPExchange/complete(_:)`` will be called, or has been, with the response.
    case later
}
