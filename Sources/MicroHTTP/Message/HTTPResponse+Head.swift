import ByteBuffers
import Problems

/// What the `Connection` header of an answer says.
enum ConnectionOption {
    /// Nothing: HTTP/1.1 keeps connections.
    case keep
    /// `Keep-Alive`, for a client of HTTP/1.0 that asked for it.
    case keepAlive
    case close
}

extension HTTPResponse {
    /// Bytes of a head beside the headers of the response: the status line, `Date`, `Connection`, `Content-Length`.
    private static var mostOwnBytes: Int { 192 }

    /// Appends the head as it goes over the wire. `length` is announced as `Content-Length` unless it is nil.
    func appendHead(to bytes: inout ByteBuffer, date: Span<UInt8>, connection: ConnectionOption, length: Int?) {
        let (status, reason) = (status, ReasonPhrase.of(status))
        bytes.appendPieces(upTo: Self.mostOwnBytes + headerLines.count) { head in
            head.write("HTTP/1.1 ")
            head.write(decimal: UInt(status), width: 3)
            head.write(UInt8(ascii: " "))
            head.write(reason)
            head.write("\r\nDate: ")
            head.write(date)
            switch connection {
            case .keep: head.write("\r\n")
            case .keepAlive: head.write("\r\nConnection: Keep-Alive\r\n")
            case .close: head.write("\r\nConnection: close\r\n")
            }
            head.write(headerLines.span)
            if let length {
                head.write("Content-Length: ")
                head.write(decimal: length)
                head.write("\r\n\r\n")
            } else {
                head.write("\r\n")
            }
        }
    }

    /// Whether an answer of this status has a body, even an empty one (RFC 9110 sections 6.4.1 and 8.6).
    var announcesLength: Bool { status != 204 && status != 304 && !leavesLengthOut }
}
