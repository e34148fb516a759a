package import ByteBuffers

/// Bytes on their way to one or many streams: written once, shared, never changed.
package final class StreamChunk: Sendable {
    private let buffer: ByteBuffer

    /// Takes the bytes over.
    package init(_ bytes: consuming ByteBuffer) { buffer = bytes }

    /// Copies a literal.
    package convenience init(_ literal: StaticString) {
        var bytes = ByteBuffer(capacity: literal.utf8CodeUnitCount)
        bytes.append(literal)
        self.init(bytes)
    }

    /// Number of bytes.
    package var count: Int { buffer.count }

    /// Calls `body` with the bytes, which are valid during the call.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Self.borrow(buffer, body)
    }

    private static func borrow<Result>(
        _ buffer: borrowing ByteBuffer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        buffer.span.withUnsafeBytes(body)
    }
}
