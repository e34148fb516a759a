/// When a request is answered.
package enum HTTPDisposition: Sendable {
    /// The response is filled in.
    case now
    /// ``HTTPExchange/complete(_:)`` will be called, or has been, with the response.
    case later
    /// The response is a head: its status and headers begin a stream, whose body comes from what takes the connection
    /// over. The server adds `Date` and `Connection: close`; the body ends where the connection does.
    case stream(any HTTPStreamOpening)

    /// Whether the response is the answer.
    package var isNow: Bool {
        if case .now = self { true } else { false }
    }
}
