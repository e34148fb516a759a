internal import ByteBuffers

/// The media types of this API, by the type and subtype of a `Content-Type` (RFC 9110 section 8.3): letter case and
/// parameters do not matter, since JSON is UTF-8 whatever a charset says (RFC 8259 section 8.1).
enum MediaType: Equatable {
    case json
    case ndjson

    init?(_ value: Span<UInt8>) {
        // What nearly every client sends.
        if value.equals("application/json") {
            self = .json
            return
        }
        var end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        while end > 0, value[end - 1] == UInt8(ascii: " ") || value[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        let type = value.extracting(first: end)
        if type.equalsIgnoringCase("application/json") {
            self = .json
        } else if type.equalsIgnoringCase("application/x-ndjson") || type.equalsIgnoringCase("application/ndjson") {
            self = .ndjson
        } else {
            return nil
        }
    }
}
