/// How the events of a request body are laid out.
package enum EventFormat: Sendable {
    /// One JSON text (RFC 8259): an event object, or an array of them. White space is free, a byte order mark is not
    /// accepted (section 8.1).
    case json
    /// `application/x-ndjson`: one event object a line, lines ended by `\n` or `\r\n`, the last one also by the end of
    /// the body. Blank lines are skipped.
    case ndjson
}
