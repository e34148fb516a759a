import ByteBuffers
package import Problems

extension HTTPResponse {
    /// Makes this the answer to a refused request. `instance` is the request's raw path, empty when it is not known.
    package mutating func write(_ problem: Problem, instance: Span<UInt8>) {
        reset()
        status = problem.status
        setHeader("Content-Type", value: Problem.contentType)
        if let allow = problem.allow { withHeader("Allow") { $0.append(text: allow) } }
        if let seconds = problem.retryAfter { setHeader("Retry-After", decimal: seconds) }
        problem.appendJSON(to: &body, instance: instance)
    }
}

/// A problem as a whole HTTP/1.1 message that closes its connection, for a socket on which the library does not answer.
struct HTTPMessage: ~Copyable {
    private(set) var bytes = ByteBuffer(capacity: 512)
    let bodyCount: Int

    init(_ problem: Problem, date: Span<UInt8>) {
        var response = HTTPResponse()
        response.write(problem, instance: Span())
        bodyCount = response.body.count
        bytes.append("HTTP/1.1 ")
        bytes.append(decimal: Int(problem.status))
        bytes.append(UInt8(ascii: " "))
        bytes.append(problem.code.title)
        bytes.append("\r\nDate: ")
        bytes.append(date)
        bytes.append("\r\nConnection: close\r\n")
        bytes.append(response.headerLines.span)
        bytes.append("Content-Length: ")
        bytes.append(decimal: bodyCount)
        bytes.append("\r\n\r\n")
        bytes.append(response.body.span)
    }
}

extension Problem {
    static func badHead(_ defect: HeadDefect) -> Problem { Problem(.badHead, defect.detail) }

    static var requestTimeout: Problem {
        Problem(.requestTimeout, "the request was not complete in time; send head and body without pauses")
    }

    static var bodyTooLarge: Problem {
        Problem(.bodyTooLarge, "the body is larger than max_body_bytes allows; send smaller ones")
    }

    static var unknownExpectation: Problem {
        Problem(.unknownExpectation, "the only expectation understood is 100-continue; leave Expect out")
    }

    static var tooManyConnections: Problem {
        Problem(.tooManyConnections, "the limit on connections is reached; keep fewer open, or try again")
    }

    static var overloaded: Problem {
        Problem(.overloaded, "the server has no memory left for this; send less at once, or try again")
    }

    static var draining: Problem { Problem(.draining, "the server is stopping; try again on a new connection") }

    static var noResources: Problem {
        Problem(.noResources, "the server has no descriptor left for a stream; read without one, or try again")
    }
}
