/// Why a request head is refused with 400.
package enum HeadDefect: Equatable, CaseIterable {
    case requestLine, target, version, fieldName, fieldValue, lineStructure, tooManyFields
    case missingHost, repeatedHost
    case contentLength, repeatedContentLength
    case transferEncoding, transferEncodingWithLength, transferEncodingInHTTP10

    /// A sentence for the client.
    var detail: String {
        switch self {
        case .requestLine: "the request line must be method, one space, target, one space, version"
        case .target: "the request target must be visible ASCII of the form /path, http://host/path or *"
        case .version: "the version is neither HTTP/1.1 nor HTTP/1.0; send one of them"
        case .fieldName: "a header name must be a token, directly followed by a colon"
        case .fieldValue: "a header value contains a control character; leave it out"
        case .lineStructure: "a header line must end in CR LF, and must neither be folded nor contain NUL"
        case .tooManyFields: "the request has too many headers; 512 lines are read"
        case .missingHost: "an HTTP/1.1 request needs a Host header"
        case .repeatedHost: "the Host header is repeated; send one"
        case .contentLength: "the Content-Length must be a decimal number of bytes"
        case .repeatedContentLength: "the Content-Length is repeated; send one"
        case .transferEncoding: "the only Transfer-Encoding understood is chunked, once"
        case .transferEncodingWithLength: "Transfer-Encoding and Content-Length exclude each other; send one of them"
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding; send a Content-Length"
        }
    }
}
