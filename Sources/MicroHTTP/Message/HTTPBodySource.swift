import CMicroHTTPD

/// Produces a body while the socket takes it, so that a client that does not read costs one block.
///
/// Only the connection's worker calls it. It is released when its last byte is with the kernel or the client is gone.
package protocol HTTPBodySource: AnyObject {
    /// Appends the bytes that follow those of the calls before: at least one, at most what is free in `room`, which is never
    /// more than what is left of the body.
    ///
    /// - Returns: False when the body cannot be continued. The connection is then closed, as it is when nothing was
    ///   appended: the client sees an answer that is shorter than its `Content-Length`.
    func fill(_ room: inout OutputSpan<UInt8>) -> Bool
}

/// A run of bytes that goes out without a copy, and the object that keeps them in place.
package struct HTTPBodyPart {
    package let owner: AnyObject?
    package let bytes: UnsafeRawBufferPointer

    /// Names bytes to be sent. Constants need no owner.
    ///
    /// SAFETY: `bytes` must stay valid and unchanged for as long as `owner` is alive; the response keeps `owner` until
    /// the last byte is with the kernel or the client is gone.
    package init(owner: AnyObject?, bytes: UnsafeRawBufferPointer) {
        self.owner = owner
        unsafe self.bytes = bytes
    }
}

/// A source and how long its body is: what a response holds until it is queued, and the library after that.
final class ProducedBody {
    /// What one call produces, and one turn of the worker's loop sends. The library keeps a buffer of this size with the
    /// response.
    static let blockBytes = 64 << 10

    let source: any HTTPBodySource
    let count: Int

    init(_ source: any HTTPBodySource, count: Int) {
        self.source = source
        self.count = count
    }

    /// Makes the library's response; nil when memory is short.
    func makeAnswer() -> OpaquePointer? {
        let body = unsafe Unmanaged.passRetained(self)
        let answer = unsafe MHD_create_response_from_callback(
            UInt64(count), ProducedBody.blockBytes,
            { body, _, room, most in
                guard let body = unsafe body, let room = unsafe room else { return ProducedBody.failure }
                // SAFETY: the library keeps the body until it calls the last callback.
                return unsafe Unmanaged<ProducedBody>.fromOpaque(body)._withUnsafeGuaranteedRef { body in
                    unsafe body.fill(UnsafeMutableRawBufferPointer(start: room, count: most))
                }
            }, body.toOpaque(),
            { body in
                guard let body = unsafe body else { return }
                unsafe Unmanaged<ProducedBody>.fromOpaque(body).release()
            })
        if unsafe answer == nil { unsafe body.release() }
        return unsafe answer
    }

    /// Produces all of it; less when the source fails.
    func collect() -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let most = min(count - bytes.count, ProducedBody.blockBytes)
            let block = [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
                filled = max(0, unsafe fill(UnsafeMutableRawBufferPointer(buffer)))
            }
            if block.isEmpty { break }
            bytes += block
        }
        return bytes
    }

    /// The library's MHD_CONTENT_READER_END_WITH_ERROR: it closes the connection.
    private static let failure = -2

    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        // SAFETY: the library's buffer has room for that many bytes, and nobody else uses it during the call.
        let buffer = unsafe room.bindMemory(to: UInt8.self)
        var output = unsafe OutputSpan<UInt8>(buffer: buffer, initializedCount: 0)
        let goesOn = source.fill(&output)
        let count = unsafe output.finalize(for: buffer)
        return goesOn && count > 0 ? count : ProducedBody.failure
    }
}
