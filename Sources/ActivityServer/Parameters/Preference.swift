internal import ByteBuffers

/// What this API knows of the `Prefer` header (RFC 7240). Unknown preferences and values are ignored, as they must be; of
/// a preference that is given twice, the first one counts.
struct Preferences: Sendable {
    /// How a request that is not all good is to be handled (RFC 7240 section 4.4).
    enum Handling: Sendable {
        case strict, lenient
    }

    /// Whether the short reply is wanted: `return=minimal` (section 4.2).
    var isMinimal: Bool { minimal ?? false }
    /// The value of `handling`, if it is known.
    private(set) var handling: Handling?

    private var minimal: Bool?
    private var hasHandling = false

    /// Reads one line of the header: preferences separated by commas.
    mutating func read(_ line: Span<UInt8>) {
        var rest = line
        while rest.count > 0 {
            let end = rest.endOfListElement(separator: UInt8(ascii: ","))
            read(preference: rest.extracting(first: end))
            rest = rest.extracting(min(end + 1, rest.count)...)
        }
    }

    /// Reads `name`, `name=value` or `name="value"`, with parameters after a semicolon.
    private mutating func read(preference text: Span<UInt8>) {
        let text = text.extracting(first: text.endOfListElement(separator: UInt8(ascii: ";")))
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = text.extracting(first: equals).trimmingSpaces()
        let value = text.extracting((equals + 1)...).trimmingSpaces()
        if name.equalsIgnoringCase("return") {
            guard minimal == nil else { return }
            minimal = value.equalsIgnoringCase("minimal") || value.equalsIgnoringCase("\"minimal\"")
        } else if name.equalsIgnoringCase("handling"), !hasHandling {
            hasHandling = true
            if value.equalsIgnoringCase("strict") || value.equalsIgnoringCase("\"strict\"") { handling = .strict }
            if value.equalsIgnoringCase("lenient") || value.equalsIgnoringCase("\"lenient\"") { handling = .lenient }
        }
    }
}

extension Span<UInt8> {
    /// Where the first element of a list ends: at `separator` outside of a quoted string (RFC 9110 section 5.6.4), or at the
    /// end.
    fileprivate func endOfListElement(separator: UInt8) -> Int {
        var isQuoted = false
        var isEscaped = false
        for index in indices {
            let byte = self[index]
            if !isQuoted, byte == separator { return index }
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped
        }
        return count
    }
}
