internal import ByteBuffers
internal import MicroHTTP

extension HTTPResponse {
    /// Makes this the reply of a probe: `{"status":"<word>"}`, which no cache may keep.
    mutating func writeStatus(_ word: StaticString) {
        setHeader("Content-Type", value: "application/json")
        setHeader("Cache-Control", value: "no-store")
        body.append("{\"status\":\"")
        body.append(word)
        body.append("\"}")
    }
}
