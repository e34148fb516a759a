internal import ByteBuffers

/// The `Prefer` header (RFC 7240): preferences separated by commas, of which this API knows `return=minimal`.
enum Preference {
    /// Whether the first `return` preference of a list is `minimal`. Unknown preferences are ignored, as they must be.
    static func isReturnMinimal(_ list: Span<UInt8>) -> Bool {
        var start = 0
        while start < list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            let preference = list.extracting(start..<end).trimmingSpaces()
            if preference.startsIgnoringCase(with: "return=") {
                let value = preference.extracting(7..<preference.count)
                let semicolon = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
                let word = value.extracting(first: semicolon).trimmingSpaces()
                return word.equalsIgnoringCase("minimal") || word.equalsIgnoringCase("\"minimal\"")
            }
            start = end + 1
        }
        return false
    }
}
