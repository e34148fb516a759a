import ByteBuffers
import CMicroHTTPD
import Glibc

/// A response of the library that is written anew for each use: its body and its headers have a fixed length, and both
/// are ours to overwrite while no connection sends it.
///
/// What that saves a request is four allocations, a mutex, and the library's look at each byte of the headers.
///
/// SAFETY: `body` and `block` live until `destroy`, which comes once; nothing else writes to them, and the library
/// reads them only while the response is in use.
struct ReusableResponse {
    let bodyCount: Int
    let lineCount: Int
    /// Whether it is queued on a connection.
    var isInUse = false

    private let answer: OpaquePointer
    private let body: UnsafeMutableRawPointer
    private let block: UnsafeMutablePointer<CChar>

    /// Makes a response with the lengths and the content of `response`; nil when its headers do not fit in a block or
    /// memory is short. The owner ends it with ``destroy()``.
    init?(like response: borrowing HTTPResponse, date: Span<UInt8>) {
        bodyCount = response.body.count
        lineCount = response.headerLines.count
        guard let body = malloc(max(bodyCount, 1)) else { return nil }
        // SAFETY: the library neither copies nor frees a persistent body; it lives until `destroy`.
        guard let answer = unsafe MHD_create_response_from_buffer(bodyCount, body, .RESPMEM_PERSISTENT) else {
            unsafe free(body)
            return nil
        }
        let block = response.headerLines.span.withUnsafeBufferPointer { lines in
            date.withUnsafeBufferPointer { date in
                unsafe date.baseAddress.flatMap {
                    unsafe CMicroHTTPD_addHeaderBlock(answer, $0, lines.baseAddress, lines.count)
                }
            }
        }
        guard let block = unsafe block else {
            unsafe MHD_destroy_response(answer)
            unsafe free(body)
            return nil
        }
        unsafe self.body = body
        unsafe self.answer = answer
        unsafe self.block = block
    }

    /// Writes a response of the same lengths over this one, which is not in use.
    func write(_ response: borrowing HTTPResponse, date: Span<UInt8>) {
        precondition(!isInUse && response.body.count == bodyCount && response.headerLines.count == lineCount)
        response.headerLines.span.withUnsafeBufferPointer { lines in
            date.withUnsafeBufferPointer { date in
                guard let date = date.baseAddress else { return }
                unsafe CMicroHTTPD_writeHeaderBlock(block, date, lines.baseAddress, lines.count)
            }
        }
        response.body.span.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { unsafe memcpy(body, start, bytes.count) }
        }
    }

    /// Queues this response as the answer to the current request of `connection`.
    func queue(on connection: OpaquePointer, status: UInt16) -> MHD_Result {
        unsafe MHD_queue_response(connection, UInt32(status), answer)
    }

    /// Frees the response, which is not in use.
    func destroy() {
        unsafe MHD_destroy_response(answer)
        unsafe free(body)
    }
}
