import ByteBuffers
import CMicroHTTPD
import Glibc

extension HTTPResponse {
    /// Bodies up to this many bytes are copied, so that the worker keeps its warm buffer; longer ones are handed over.
    static let copiedBodyBytes = 1024

    /// Queues this response as the answer to the current request of `connection`; its body is gone afterwards.
    ///
    /// With `usesHeaderBlock` the headers go in as one block; `date` is the value of `Date`. The result is `.NO` when
    /// memory is short; the library then closes the connection.
    mutating func queue(on connection: OpaquePointer, usesHeaderBlock: Bool, date: Span<UInt8>) -> MHD_Result {
        let made = unsafe makeAnswer()
        // The library's response has them now; the worker's must not keep them until the next request.
        if !parts.isEmpty { parts = [] }
        if produced != nil { produced = nil }
        guard let answer = unsafe made else { return .NO }
        defer { unsafe MHD_destroy_response(answer) }
        if closesConnection {
            guard unsafe MHD_add_response_header(answer, "Connection", "close") == .YES else { return .NO }
        }
        guard unsafe addHeaders(to: answer, usesHeaderBlock: usesHeaderBlock, date: date) else { return .NO }
        return unsafe MHD_queue_response(connection, UInt32(status), answer)
    }

    private mutating func makeAnswer() -> OpaquePointer? {
        if let produced { return unsafe produced.makeAnswer() }
        if !parts.isEmpty { return unsafe makeAnswerOfParts() }
        let count = body.count
        guard count > HTTPResponse.copiedBodyBytes else {
            return body.span.withUnsafeBytes { bytes in
                // SAFETY: the library copies the bytes before it returns; it wants a mutable pointer for other modes.
                unsafe MHD_create_response_from_buffer(
                    count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        }
        // SAFETY: the block comes from malloc. The response owns it once it exists, and frees it with itself.
        guard let block = body.take().release() else { return nil }
        let answer = unsafe MHD_create_response_from_buffer(count, block, .RESPMEM_MUST_FREE)
        if unsafe answer == nil { unsafe free(block) }
        return unsafe answer
    }

    private func makeAnswerOfParts() -> OpaquePointer? {
        let owners = unsafe Unmanaged.passRetained(PartOwners(parts))
        let answer = unsafe withUnsafeTemporaryAllocation(of: MHD_IoVec.self, capacity: parts.count) { vectors in
            for (index, part) in parts.enumerated() {
                unsafe vectors.initializeElement(
                    at: index, to: MHD_IoVec(iov_base: part.bytes.baseAddress, iov_len: part.bytes.count))
            }
            // SAFETY: the list is copied. The bytes stay in place until the callback releases their owners, which the
            // library calls once for a response that it made.
            return unsafe MHD_create_response_from_iovec(
                vectors.baseAddress, UInt32(parts.count),
                { owners in
                    guard let owners = unsafe owners else { return }
                    unsafe Unmanaged<PartOwners>.fromOpaque(owners).release()
                }, owners.toOpaque())
        }
        if unsafe answer == nil { unsafe owners.release() }
        return unsafe answer
    }

    private func addHeaders(to answer: OpaquePointer, usesHeaderBlock: Bool, date: Span<UInt8>) -> Bool {
        precondition(date.count == Int(CMICROHTTPD_DATE_BYTES))
        let count = headerLines.count
        let fits = count + Int(CMICROHTTPD_DATE_BYTES) <= Int(CMICROHTTPD_BLOCK_BYTES)
        return headerLines.span.withUnsafeBufferPointer { lines in
            date.withUnsafeBufferPointer { date in
                guard let date = date.baseAddress else { return false }
                return usesHeaderBlock && fits
                    ? unsafe CMicroHTTPD_addHeaderBlock(answer, date, lines.baseAddress, count) != nil
                    : unsafe CMicroHTTPD_addHeaderLines(answer, date, lines.baseAddress, count)
            }
        }
    }
}

/// Keeps the owners of a body's parts alive until the library has sent them.
private final class PartOwners {
    private let parts: [HTTPBodyPart]

    init(_ parts: [HTTPBodyPart]) { self.parts = parts }
}
