import ByteBuffers

/// The request headers that this server reads. They are found once, while the head is checked; others are skipped.
package enum HTTPHeaderName: UInt8, Sendable, CaseIterable {
    case accept, acceptEncoding, accessControlRequestHeaders, accessControlRequestMethod, authorization, connection,
        contentEncoding, contentLength, contentType, expect, host, idempotencyKey, ifNoneMatch, lastEventID, origin,
        prefer, transferEncoding, xRequestID

    /// The header that `name` spells, letter case ignored (RFC 9110 section 5.1), or nil when it is none of ours.
    @inline(__always)
    package init?(_ name: Span<UInt8>) {
        // The length alone rules most names out; only then are letters compared.
        let candidate: HTTPHeaderName
        switch name.count {
        case 4: candidate = .host
        case 6:
            switch name[0] | 0x20 {
            case UInt8(ascii: "a"): candidate = .accept
            case UInt8(ascii: "e"): candidate = .expect
            case UInt8(ascii: "o"): candidate = .origin
            default: candidate = .prefer
            }
        case 10: candidate = .connection
        case 12: candidate = name[0] | 0x20 == UInt8(ascii: "c") ? .contentType : .xRequestID
        case 13:
            switch name[0] | 0x20 {
            case UInt8(ascii: "a"): candidate = .authorization
            case UInt8(ascii: "i"): candidate = .ifNoneMatch
            default: candidate = .lastEventID
            }
        case 14: candidate = .contentLength
        case 15: candidate = name[0] | 0x20 == UInt8(ascii: "a") ? .acceptEncoding : .idempotencyKey
        case 16: candidate = .contentEncoding
        case 17: candidate = .transferEncoding
        case 29: candidate = .accessControlRequestMethod
        case 30: candidate = .accessControlRequestHeaders
        default: return nil
        }
        guard name.equalsIgnoringCase(candidate.lowercased) else { return nil }
        self = candidate
    }

    /// The name in lower case.
    package var lowercased: StaticString {
        switch self {
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .accessControlRequestHeaders: "access-control-request-headers"
        case .accessControlRequestMethod: "access-control-request-method"
        case .authorization: "authorization"
        case .connection: "connection"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .expect: "expect"
        case .host: "host"
        case .idempotencyKey: "idempotency-key"
        case .ifNoneMatch: "if-none-match"
        case .lastEventID: "last-event-id"
        case .origin: "origin"
        case .prefer: "prefer"
        case .transferEncoding: "transfer-encoding"
        case .xRequestID: "x-request-id"
        }
    }
}
