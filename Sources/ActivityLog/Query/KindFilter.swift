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
    /// `pattern` is plain UTF-8 but for `%2C`, `%2A` and `%25`, which stand for a comma, a star and a per cent sign that
    /// belong to the kind. It is kept in the escaping of stored kinds, so that matching compares bytes.
    package mutating func insert(_ pattern: Span<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        // A byte of a kind takes up to three here.
        guard pattern.count > 0, pattern.count <= 3 * Self.longestPattern + 1 else { return false }
        let isPrefix = pattern[pattern.count - 1] == star
        let end = isPrefix ? pattern.count - 1 : pattern.count
        var bytes: [UInt8] = []
        var count = 0
        var index = 0
        while index < end {
            let byte = pattern[index]
            if byte == star { return false }
            let rest = pattern.extracting(index..<end)
            if let sign = Self.escapedSign(at: rest) {
                bytes.append(sign)
                index += 3
                count += 1
            } else if rest.starts(with: "\u{2028}") || rest.starts(with: "\u{2029}") {
                bytes += Array((rest.starts(with: "\u{2028}") ? "\\u2028" : "\\u2029").utf8)
                index += 3
                count += 3
            } else {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
                index += 1
                count += 1
            }
        }
        guard count <= Self.longestPattern else { return false }
        add(Pattern(bytes: bytes, isPrefix: isPrefix))
        return true
    }

    /// The sign that `text` begins with in the spelling of a list.
    private static func escapedSign(at text: Span<UInt8>) -> UInt8? {
        let three = text.extracting(first: 3)
        if three.equalsIgnoringCase("%2c") { return UInt8(ascii: ",") }
        if three.equalsIgnoringCase("%2a") { return UInt8(ascii: "*") }
        return three.equals("%25") ? UInt8(ascii: "%") : nil
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
