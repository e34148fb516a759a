internal import ByteBuffers

/// Percent-decoding (RFC 3986 section 2.1), applied once to one path segment or one query value.
enum PercentDecoding {
    /// Appends the decoded bytes; false when a `%` is not followed by two hexadecimal digits.
    ///
    /// With `plusIsSpace`, a `+` reads as a space, as browsers' forms and `URLSearchParams` write it in queries. With
    /// `keepsListSigns`, `%2C`, `%2A` and `%25` stay: what they stand for is not a sign of the list that they are in.
    static func decode(
        _ text: Span<UInt8>, plusIsSpace: Bool = false, keepsListSigns: Bool = false, to bytes: inout ByteBuffer
    ) -> Bool {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count, let high = hexValue(text[index + 1]), let low = hexValue(text[index + 2])
                else { return false }
                let decoded = high << 4 | low
                if keepsListSigns, isListSign(decoded) {
                    bytes.append(text.extracting(index..<index + 3))
                } else {
                    bytes.append(decoded)
                }
                index += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return true
    }

    private static func isListSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "%")
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
