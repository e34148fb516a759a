import ByteBuffers

extension HTTPResponse {
    /// Turns this response into a problem document; the connection is closed after it.
    mutating func setProblem(_ problem: borrowing Problem) {
        reset()
        status = problem.status
        closesConnection = true
        setHeader("Content-Type", value: "application/problem+json")
        if let seconds = problem.retryAfter { setHeader("Retry-After", decimal: seconds) }
        body.append(#"{"type":"about:blank","title":""#)
        body.append(problem.title)
        body.append(#"","status":"#)
        body.append(decimal: Int(problem.status))
        body.append(#","detail":""#)
        body.append(problem.detail)
        body.append(#"","error":""#)
        body.append(problem.detail)
        body.append(#"","code":""#)
        body.append(problem.code)
        body.append(#""}"#)
    }

    /// A problem as a whole HTTP/1.1 message, for a socket on which the library does not answer.
    static func message(_ problem: borrowing Problem, date: Span<UInt8>) -> ByteBuffer {
        var response = HTTPResponse()
        response.setProblem(problem)
        var message = ByteBuffer(capacity: 512)
        message.append("HTTP/1.1 ")
        message.append(decimal: Int(problem.status))
        message.append(UInt8(ascii: " "))
        message.append(problem.title)
        message.append("\r\nDate: ")
        message.append(date)
        message.append("\r\nConnection: close\r\n")
        message.append(response.headerLines.span)
        message.append("Content-Length: ")
        message.append(decimal: response.body.count)
        message.append("\r\n\r\n")
        message.append(response.body.span)
        return message
    }
}
