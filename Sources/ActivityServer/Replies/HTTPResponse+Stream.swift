internal import MicroHTTP

extension HTTPResponse {
    /// Makes this the head of a stream.
    mutating func writeStreamHead(_ representation: Representation) {
        setHeader("Content-Type", value: representation.contentType)
        setHeader("Cache-Control", value: "no-store")
        // nginx would otherwise collect a stream until its buffer is full.
        setHeader("X-Accel-Buffering", value: "no")
        setHeader("Vary", value: "Accept")
    }
}
