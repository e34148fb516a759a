/// What became of a request body.
package enum HTTPBodyOutcome: Sendable {
    /// It was received whole, or there was none, or the method ignores it.
    case complete
    /// It was longer than ``HTTPServerConfiguration/maxBodyBytes`` and has been read and thrown away, so that a 413 can
    /// be answered and the connection kept.
    case tooLarge
}
