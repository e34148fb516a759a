import ByteBuffers

/// A request as it stands in the receive buffers: a view, valid during the call that it is handed to.
///
/// Nothing is decoded or copied. The head has been checked (see ``RequestHead``): a name is a token, a value carries no
/// control character but HT, the target is visible ASCII.
package struct HTTPRequest: ~Escapable {
    package let method: HTTPMethod
    /// The method as sent.
    package let methodName: Span<UInt8>
    /// The request target as sent, percent-encoding and all.
    package let target: Span<UInt8>
    /// Where the body ends, as announced.
    package let framing: HTTPBodyFraming
    /// The body; empty before it has been read, when it was too large, and for methods that ignore bodies.
    package let body: Span<UInt8>
    package let bodyOutcome: HTTPBodyOutcome

    private let parts: HTTPTargetParts
    private let head: Span<UInt8>
    private let fields: HTTPFieldTable

    /// Puts a view together. `head` holds the bytes that `fields` was made from.
    @_lifetime(copy methodName, copy target, copy head, copy body)
    package init(
        methodName: Span<UInt8>, target: Span<UInt8>, head: Span<UInt8>, fields: HTTPFieldTable,
        framing: HTTPBodyFraming, body: Span<UInt8>, bodyOutcome: HTTPBodyOutcome
    ) {
        self.init(
            method: HTTPMethod(methodName), methodName: methodName, target: target, parts: HTTPTargetParts(target),
            head: head, fields: fields, framing: framing, body: body, bodyOutcome: bodyOutcome)
    }

    @_lifetime(copy methodName, copy target, copy head, copy body)
    init(
        method: HTTPMethod, methodName: Span<UInt8>, target: Span<UInt8>, parts: HTTPTargetParts, head: Span<UInt8>,
        fields: HTTPFieldTable, framing: HTTPBodyFraming, body: Span<UInt8>, bodyOutcome: HTTPBodyOutcome
    ) {
        self.method = method
        self.methodName = methodName
        self.target = target
        self.parts = parts
        self.head = head
        self.fields = fields
        self.framing = framing
        self.body = body
        self.bodyOutcome = bodyOutcome
    }

    /// The target's path as sent, up to `?`; the authority of an absolute target is left out, and `*` is a path.
    package var path: Span<UInt8> {
        @_lifetime(copy self)
        get { target.extracting(parts.path) }
    }

    /// The target's query as sent, after `?`; empty when there is none, see ``hasQuery``.
    package var query: Span<UInt8> {
        @_lifetime(copy self)
        get { target.extracting(parts.query) }
    }

    /// Whether the target has a `?`.
    package var hasQuery: Bool { parts.hasQuery }

    /// The value of a header without blanks around it, or nil when it was not sent. An empty value is empty, not nil.
    ///
    /// When a header came on several lines this is the first one; a caller that takes a list reads all of them by
    /// ``eachValue(of:_:)``.
    @_lifetime(copy self)
    package func header(_ name: HTTPHeaderName) -> Span<UInt8>? { fields.value(name, in: head) }

    /// Whether a header came on more than one line. Never true of `Host`, `Content-Length` and `Transfer-Encoding`,
    /// whose repetition is refused with 400 before a responder sees the request.
    package func isRepeated(_ name: HTTPHeaderName) -> Bool { fields.isRepeated(name) }

    /// Calls `use` with the value of each line of a header that is a list (RFC 9110 section 5.3), in their order and without
    /// blanks around it. Where there is no such header it costs what ``header(_:)`` does; further lines are looked for only
    /// where there are any.
    package func eachValue(of name: HTTPHeaderName, _ use: (Span<UInt8>) -> Void) {
        guard let first = header(name) else { return }
        use(first)
        guard fields.isRepeated(name) else { return }
        // The checked head is a row of `name`, one separator, blanks, value, blanks, line end; libmicrohttpd writes NUL
        // over separators and line ends.
        var at = fields.end(of: name)
        while at < head.count {
            while at < head.count, head[at] <= 0x20 { at += 1 }
            let start = at
            while at < head.count, head[at] > 0x20, head[at] != UInt8(ascii: ":") { at += 1 }
            let found = HTTPHeaderName(head.extracting(start..<at))
            at += 1
            let valueStart = min(at, head.count)
            while at < head.count, head[at] >= 0x20 || head[at] == 0x09 { at += 1 }
            if found == name { use(head.extracting(valueStart..<max(valueStart, at)).trimmingSpaces()) }
        }
    }

    /// `Content-Length` in bytes, or nil when it was not sent.
    package var contentLength: Int? {
        if case .length(let count) = framing { count } else { nil }
    }

    /// Whether the body comes, or came, in chunks.
    package var isChunked: Bool { framing == .chunked }

    /// Bytes of the body.
    package var bodyCount: Int { body.count }
}
