/// When a request is answered.
package enum HTTPDisposition: Sendable {
    /// The response is filled in.
    case now
    /// ``HTTPExchange/answer(_:)`` will be called, or has been.
    case later
    /// There is more work to do before the answer is known, and other connections come first: the closure is called on the
    /// same thread when all that are ready have had their turn. It owns what it works on; the response is empty again.
    case again(HTTPAnswer)
    /// The response is a head: its status and headers begin a stream, whose body comes from what takes the connection
    /// over. The server adds `Date` and `Connection: close`; the body ends where the connection does.
    case stream(any HTTPStreamOpening)

    /// Whether the response is the answer.
    package var isNow: Bool {
        if case .now = self { true } else { false }
    }
}
