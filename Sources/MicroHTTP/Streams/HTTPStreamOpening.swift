package import ByteBuffers

/// Takes over connections whose answer has no end: what a responder returns as ``HTTPDisposition/stream(_:)``.
package protocol HTTPStreamOpening: Sendable {
    /// Takes `socket` over. Worker's thread, once; must not block.
    ///
    /// - Parameters:
    ///   - socket: The connection, on which nothing has been sent.
    ///   - head: The status line, the headers and the empty line: the first bytes that go out must be these.
    /// - Returns: False when the stream cannot be served after all; the client is then answered 503.
    func open(_ socket: StreamSocket, head: OwnedBytes) -> Bool
}
