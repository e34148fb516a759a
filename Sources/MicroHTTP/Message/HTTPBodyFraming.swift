/// How a request says where its body ends (RFC 9112 section 6.3).
package enum HTTPBodyFraming: Sendable, Equatable {
    /// Neither `Content-Length` nor `Transfer-Encoding`: there is no body.
    case none
    /// `Content-Length`, in bytes; 0 is a body that was announced as empty.
    case length(Int)
    /// `Transfer-Encoding: chunked`.
    case chunked
}
