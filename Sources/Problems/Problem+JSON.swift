package import ByteBuffers

extension Problem {
    /// The media type of what ``appendJSON(to:instance:)`` writes.
    package static var contentType: StaticString { "application/problem+json" }

    /// Appends the document (RFC 9457 section 3). `instance` is the request's raw path; the member is left out when it is
    /// empty.
    package func appendJSON(to bytes: inout ByteBuffer, instance: Span<UInt8>) {
        bytes.append(#"{"type":"about:blank","title":""#)
        bytes.append(code.title)
        bytes.append(#"","status":"#)
        bytes.append(decimal: Int(status))
        bytes.append(#","detail":"#)
        bytes.append(jsonString: detail)
        if instance.count > 0 {
            bytes.append(#","instance":"#)
            bytes.append(jsonString: instance.text)
        }
        bytes.append(#","error":"#)
        bytes.append(jsonString: detail)
        bytes.append(#","code":""#)
        bytes.append(text: slug)
        bytes.append(#""}"#)
    }
}
