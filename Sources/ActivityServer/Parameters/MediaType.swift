internal import ByteBuffers

/// The media types of request bodies, by the type and subtype of a `Content-Type` (RFC 9110 section 8.3): letter case and
/// parameters do not matter, since JSON is UTF-8 whatever a charset says (RFC 8259 section 8.1).
enum MediaType: Equatable {
    /// `application/json`, `text/json`.
    case json
    /// `application/x-ndjson`, `application/ndjson`, `application/jsonl`: none is registered.
    case ndjson
    /// What forms are sent as, and what curl says when it is told nothing.
    case form

    init?(_ value: Span<UInt8>) {
        // What nearly every client sends.
        if value.equals("application/json") {
            self = .json
            return
        }
        // A type has no quoted string before its parameters, so the first semicolon is theirs.
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        let type = value.extracting(first: end).trimmingSpaces()
        if type.equalsIgnoringCase("application/json") || type.equalsIgnoringCase("text/json") {
            self = .json
        } else if type.equalsIgnoringCase("application/x-ndjson") || type.equalsIgnoringCase("application/ndjson")
            || type.equalsIgnoringCase("application/jsonl")
        {
            self = .ndjson
        } else if type.equalsIgnoringCase("application/x-www-form-urlencoded")
            || type.equalsIgnoringCase("multipart/form-data")
        {
            self = .form
        } else {
            return nil
        }
    }
}
