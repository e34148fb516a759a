internal import ByteBuffers

/// Which kinds a reader wants: exact ones, and prefixes such as `tool.*`.
package struct KindFilter: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        var bytes: [UInt8]
        var isPrefix: Bool
    }
    private var patterns: [Pattern] = []

    /// Makes a filter that nothing passes; add patterns to it.
    package init() {}

    /// Adds a kind, or a prefix when `pattern` ends in `*`; false when it is empty or has a `*` elsewhere.
    ///
    /// `pattern` is plain UTF-8. It is kept in the escaping of stored kinds, so that matching compares bytes.
    package mutating func insert(_ pattern: Span<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        guard pattern.count > 0 else { return false }
        let isPrefix = pattern[pattern.count - 1] == star
        var bytes: [UInt8] = []
        for index in 0..<(isPrefix ? pattern.count - 1 : pattern.count) {
            let byte = pattern[index]
            if byte == star { return false }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        patterns.append(Pattern(bytes: bytes, isPrefix: isPrefix))
        return true
    }

    /// Whether a stored (escaped) kind passes. O(patterns × their length).
    package func matches(_ kind: Span<UInt8>) -> Bool {
        patterns.contains { pattern in
            let wanted = pattern.bytes.span
            if pattern.isPrefix {
                return kind.count >= wanted.count && kind.extracting(first: wanted.count).equals(wanted)
            }
            return kind.equals(wanted)
        }
    }
}
