internal import CZlib

/// What a client's gzip makes of bytes: one member (RFC 1952) by zlib's compressor.
package func gzipped(_ bytes: [UInt8], level: Int32 = Z_DEFAULT_COMPRESSION) -> [UInt8] {
    deflated(bytes, level: level, windowBits: 16 + MAX_WBITS)
}

/// The same in zlib's own wrapping (RFC 1950), which HTTP calls `deflate`.
package func deflated(_ bytes: [UInt8], level: Int32 = Z_DEFAULT_COMPRESSION, windowBits: Int32 = MAX_WBITS) -> [UInt8]
{
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else {
        return []
    }
    defer { deflateEnd(&stream) }
    let most = Int(deflateBound(&stream, UInt(bytes.count)))
    return bytes.withUnsafeBufferPointer { input in
        [UInt8](unsafeUninitializedCapacity: most) { output, count in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            count = output.count - Int(stream.avail_out)
        }
    }
}

/// The checksum of RFC 1952.
package func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
}
