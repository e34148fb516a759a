/// Takes over connections whose answer has no end: what a responder returns as ``HTTPDisposition/stream(_:)``.
package protocol HTTPStreamOpening: Sendable {
    /// Takes `socket` over. Worker's thread, once; must not block.
    ///
    /// - Returns: False when the stream cannot be served after all; the client is then answered 503.
    func open(_ socket: StreamSocket) -> Bool
}
