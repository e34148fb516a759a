import ByteBuffers

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

/// A source and how long its body is.
final class ProducedBody {
    /// What one call produces, and one turn of the worker's loop sends.
    static let blockBytes = 64 << 10

    let source: any HTTPBodySource
    let count: Int

    init(_ source: any HTTPBodySource, count: Int) {
        self.source = source
        self.count = count
    }

    /// Fills `block` with what comes at `position`; false when the source has failed.
    func fill(_ block: inout ByteBuffer, position: Int) -> Bool {
        block.removeAll()
        let most = min(count - position, Self.blockBytes)
        guard block.grow(toCapacity: most) else { return false }
        var goesOn = false
        block.appendUnsafe(upTo: most) { room in
            // SAFETY: the block has room for that many bytes, and nobody else uses it during the call.
            let buffer = unsafe UnsafeMutableBufferPointer(start: room, count: most)
            var output = unsafe OutputSpan<UInt8>(buffer: buffer, initializedCount: 0)
            goesOn = source.fill(&output)
            return unsafe output.finalize(for: buffer)
        }
        return goesOn && block.count > 0
    }

    /// Produces all of it; less when the source fails.
    func collect() -> [UInt8] {
        var bytes: [UInt8] = []
        var block = ByteBuffer()
        while bytes.count < count, fill(&block, position: bytes.count) { bytes += OwnedBytes(block.span).array }
        return bytes
    }
}
