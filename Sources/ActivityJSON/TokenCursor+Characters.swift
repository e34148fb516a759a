internal import ByteBuffers

extension TokenCursor {
    /// The inside of a string, as it is in the document.
    @inline(__always)
    @_lifetime(copy self)
    func contents(of token: StringToken) -> Span<UInt8> { bytes.extracting(token.start..<token.end) }

    /// Decodes the character at `at` of a string that has been read; nil at the string's end.
    ///
    /// - Returns: the scalar, and where the next one starts.
    func character(at: Int, of token: StringToken) throws(Fault) -> (scalar: Unicode.Scalar, next: Int)? {
        guard at < token.end else { return nil }
        let byte = bytes[at]
        if byte == .backslash { return try escape(at: at, before: token.end) }
        if byte < 0x80 { return (Unicode.Scalar(byte), at + 1) }
        // Stage 1 has checked the encoding, so the first byte tells the length (RFC 3629 section 3).
        let count = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        var value = UInt32(byte) & (0x7F >> UInt32(count))
        for index in at + 1..<at + count { value = value << 6 | UInt32(bytes[index] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { throw Fault(.malformedUTF8, at: at) }
        return (scalar, at + count)
    }
}

extension ByteBuffer {
    /// Appends a character as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }
}
