internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /healthz` and `GET /readyz`: what a service manager or a load balancer asks for.
enum ProbeRoute {
    /// Whether the process is alive.
    static func health(
        _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        response.writeStatus("ok")
        return .now
    }

    /// Whether requests should be sent to it.
    static func readiness(
        _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState, _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        guard worker.service.isReady else { throw .draining }
        response.writeStatus("ready")
        return .now
    }
}

extension HTTPResponse {
    /// Makes this the reply of a probe: `{"status":"<word>"}`, which no cache may keep.
    fileprivate mutating func writeStatus(_ word: StaticString) {
        setHeader("Content-Type", value: "application/json")
        setHeader("Cache-Control", value: "no-store")
        body.append("{\"status\":\"")
        body.append(word)
        body.append("\"}")
    }
}
