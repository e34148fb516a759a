/// Why a request head is refused with 400.
package enum HeadDefect: Equatable, CaseIterable {
    case requestLine, target, version, fieldName, fieldValue, lineStructure, tooManyFields
    case missingHost, repeatedHost
    case contentLength, repeatedContentLength
    case transferEncoding, transferEncodingWithLength, transferEncodingInHTTP10

    /// A sentence for the client.
    var detail: StaticString {
        switch self {
        case .requestLine: "the request line is not method, one space, target, one space, version"
        case .target: "the request target is not visible ASCII of the form /path, http://host/path or *"
        case .version: "the version is neither HTTP/1.1 nor HTTP/1.0"
        case .fieldName: "a header name is empty or is not a token directly followed by a colon"
        case .fieldValue: "a header value contains a control character"
        case .lineStructure: "a header line does not end in CR LF, is folded, or contains NUL"
        case .tooManyFields: "the request has too many headers"
        case .missingHost: "an HTTP/1.1 request needs a Host header"
        case .repeatedHost: "the Host header is repeated"
        case .contentLength: "the Content-Length is not a decimal number of bytes"
        case .repeatedContentLength: "the Content-Length is repeated"
        case .transferEncoding: "the only Transfer-Encoding understood is chunked, once"
        case .transferEncodingWithLength: "Transfer-Encoding and Content-Length exclude each other"
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        }
    }
}
