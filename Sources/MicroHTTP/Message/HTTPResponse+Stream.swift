import ByteBuffers

extension HTTPResponse {
    /// The head of an answer of status 200 that ends with its connection, with this response's headers.
    func streamHead(date: Span<UInt8>) -> OwnedBytes {
        var head = ByteBuffer(capacity: 256)
        head.append("HTTP/1.1 200 OK\r\nDate: ")
        head.append(date)
        head.append("\r\nConnection: close\r\n")
        head.append(headerLines.span)
        head.append("\r\n")
        return OwnedBytes(head.span)
    }
}
