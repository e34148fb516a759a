internal import ByteBuffers

/// Which kinds a reader wants: exact ones, and prefixes such as `tool.*`.
///
/// Filters that let the same kinds pass because one pattern covers another, or in another order, are equal.
package struct KindFilter: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        var bytes: [UInt8]
        var isPrefix: Bool

        /// Whether this pattern is at or before `kind` in the order of bytes.
        func isAtOrBefore(_ kind: Span<UInt8>) -> Bool {
            bytes.span.order(against: kind) <= 0
        }

        func matches(_ kind: Span<UInt8>) -> Bool {
            let wanted = bytes.span
            guard isPrefix ? kind.count >= wanted.count : kind.count == wanted.count else { return false }
            return kind.extracting(first: wanted.count).order(against: wanted) == 0
        }
    }

    /// Ascending by their bytes, and none covered by another. So of all patterns only the last one that is not behind a kind
    /// can match it: whatever lies between a prefix and what it covers begins with that prefix.
    private var patterns: [Pattern] = []

    /// Most bytes of a pattern without its `*`: as many as a kind can have.
    package static let longestPattern = 128

    /// Makes a filter that nothing passes; add patterns to it.
    package init() {}

    /// Adds a kind, or a prefix when `pattern` ends in `*`; false when it is empty, is longer than a kind can be, or has a
    /// `*` elsewhere. O(patterns).
    ///
    /// `pattern` is plain UTF-8. It is kept in the escaping of stored kinds, so that matching compares bytes.
    package mutating func insert(_ pattern: Span<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        guard pattern.count > 0 else { return false }
        let isPrefix = pattern[pattern.count - 1] == star
        let count = isPrefix ? pattern.count - 1 : pattern.count
        guard count <= Self.longestPattern else { return false }
        var bytes: [UInt8] = []
        for index in 0..<count {
            let byte = pattern[index]
            if byte == star { return false }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        add(Pattern(bytes: bytes, isPrefix: isPrefix))
        return true
    }

    private mutating func add(_ pattern: Pattern) {
        let covers = { (one: Pattern, other: Pattern) in
            one == other || (one.isPrefix && other.bytes.starts(with: one.bytes))
        }
        guard !patterns.contains(where: { covers($0, pattern) }) else { return }
        patterns.removeAll { covers(pattern, $0) }
        let place = patterns.firstIndex { !$0.isAtOrBefore(pattern.bytes.span) } ?? patterns.count
        patterns.insert(pattern, at: place)
    }

    /// Whether a stored (escaped) kind passes. O(log patterns × their length).
    package func matches(_ kind: Span<UInt8>) -> Bool {
        var low = 0
        var high = patterns.count
        // Of two patterns it is cheaper to try each than to find the right one.
        while high - low > 2 {
            let middle = (low + high) / 2
            if patterns[middle].isAtOrBefore(kind) { low = middle } else { high = middle }
        }
        for index in low..<high where patterns[index].matches(kind) { return true }
        return false
    }
}
