internal import ByteBuffers
internal import MicroHTTP

extension HTTPResponse {
    /// Makes this the reply to a refused request; `instance` is the request's raw path.
    mutating func write(_ problem: Problem, instance: Span<UInt8>) {
        reset()
        status = UInt16(problem.code.status)
        setHeader("Content-Type", value: "application/problem+json")
        if let allow = problem.allow { withHeader("Allow") { $0.append(text: allow) } }
        if problem.code.status == 503 { setHeader("Retry-After", value: "1") }
        body.append("{\"type\":\"about:blank\",\"title\":")
        body.append(jsonString: problem.code.title)
        body.append(",\"status\":")
        body.append(decimal: problem.code.status)
        body.append(",\"detail\":")
        body.append(jsonString: problem.detail)
        body.append(",\"instance\":")
        body.append(jsonString: instance.text)
        body.append(",\"error\":")
        body.append(jsonString: problem.detail)
        body.append(",\"code\":")
        body.append(jsonString: problem.slug)
        body.append("}")
    }
}
