package import ByteBuffers

/// An answer under construction. A worker reuses one for all its requests, so the buffers are warm.
///
/// The server itself adds `Date`, `Content-Length` and `Connection`; a response must not set them.
package struct HTTPResponse: ~Copyable {
    /// The status code, 200 to 599.
    package var status: UInt16 = 200
    /// The body. It is copied when it is small, and handed over with its block when it does not fit into the socket at once.
    package var body = ByteBuffer()
    /// Whether the connection is closed after this answer.
    package var closesConnection = false

    /// Whether the request has changed something: the answer is then sent even when memory is short. Others become 503.
    package var isCommitted = false
    /// Whether the answer says nothing of the length of its body, as that to a HEAD of something without one must
    /// (RFC 9110 section 8.6). The body must then be empty.
    package var leavesLengthOut = false

    /// The headers as they go over the wire, each line with its CR LF.
    @usableFromInline package internal(set) var headerLines = ByteBuffer()
    var parts: [HTTPBodyPart] = []
    var produced: ProducedBody?

    /// Makes an answer of status 200 without headers and without a body.
    package init() {}

    /// Back to status 200 without headers and without a body; keeps the buffers unless they have become large.
    package mutating func reset() {
        status = 200
        closesConnection = false
        isCommitted = false
        leavesLengthOut = false
        headerLines.removeAll(keepingAtMost: 4096)
        body.removeAll(keepingAtMost: 65_536)
        if !parts.isEmpty { parts = [] }
        if produced != nil { produced = nil }
    }

    /// Adds headers that are ready to be sent, each line with its CR LF: at most `most` bytes, which `write` writes.
    ///
    /// Nothing is checked: for constants and numbers. Values that a client or a backend had a say in go through
    /// ``withHeader(_:_:)``.
    @inlinable @inline(__always)
    package mutating func withHeaderLines(upTo most: Int, _ write: (inout ByteCursor) -> Void) {
        headerLines.appendPieces(upTo: most, write)
    }

    /// Adds a header with a constant value. A name that is there already is not replaced.
    package mutating func setHeader(_ name: StaticString, value: StaticString) {
        headerLines.append(name)
        headerLines.append(": ")
        headerLines.append(value)
        headerLines.append("\r\n")
    }

    /// Adds a header whose value is a copy of `value`; see ``withHeader(_:_:)`` for values that cannot be sent.
    @discardableResult
    package mutating func setHeader(_ name: StaticString, value: Span<UInt8>) -> Bool {
        headerLines.appendHeader(name) { $0.append(value) }
    }

    /// Adds a header whose value is a decimal integer.
    package mutating func setHeader(_ name: StaticString, decimal value: Int) {
        headerLines.append(name)
        headerLines.append(": ")
        headerLines.append(decimal: value)
        headerLines.append("\r\n")
    }

    /// Adds a header whose value is what `write` appends. `write` must only append.
    ///
    /// - Returns: False, and the header is left out, when the value is empty or contains a control character (CR and LF
    ///   would end the header and begin another).
    @discardableResult
    package mutating func withHeader(_ name: StaticString, _ write: (inout ByteBuffer) -> Void) -> Bool {
        headerLines.appendHeader(name, write)
    }

    /// Makes `parts` the body, in place of ``body``. Empty parts are allowed.
    package mutating func setBody(parts: [HTTPBodyPart]) { self.parts = parts }

    /// Makes what `source` will produce the body, in place of ``body``: `count` bytes, at least 1, which become the
    /// `Content-Length`.
    package mutating func setBody(source: any HTTPBodySource, count: Int) {
        precondition(count > 0)
        produced = ProducedBody(source, count: count)
    }

    /// Bytes of the body, in parts, produced later, or neither.
    package var bodyCount: Int {
        if let produced { return produced.count }
        return parts.isEmpty ? body.count : parts.reduce(0) { unsafe $0 + $1.bytes.count }
    }

    /// A body up to this size fits into any socket, or is held for a short time.
    private static var smallBodyBytes: Int { 16 << 10 }

    /// Bytes that the answer holds until the client has taken it, beyond what every connection holds in any case. Those of
    /// parts are their owners'.
    var heldBytes: Int {
        if produced != nil { return ProducedBody.blockBytes }
        return parts.isEmpty && body.count > Self.smallBodyBytes ? body.capacity : 0
    }

    /// The whole body, whatever it is made of, for tests without a socket. What a source produces, it produces here: once.
    package func collectBody() -> [UInt8] {
        if let produced { return produced.collect() }
        if parts.isEmpty { return OwnedBytes(body.span).array }
        // SAFETY: the parts' owners are alive, so their bytes are.
        return parts.flatMap { unsafe Array($0.bytes) }
    }

    /// The headers so far as they go over the wire, for tests without a socket.
    package var headerBytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { headerLines.span }
    }
}

extension ByteBuffer {
    /// Appends a header line whose value is what `write` appends. False, and nothing is appended, when that is empty or
    /// contains a control character.
    mutating func appendHeader(_ name: StaticString, _ write: (inout ByteBuffer) -> Void) -> Bool {
        let start = count
        append(name)
        append(": ")
        let valueStart = count
        write(&self)
        guard count > valueStart, !span.hasControl(valueStart..<count) else {
            truncate(to: start)
            return false
        }
        append("\r\n")
        return true
    }
}
