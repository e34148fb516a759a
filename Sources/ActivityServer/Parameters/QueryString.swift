internal import ByteBuffers

/// The raw query of a request target, read pair by pair without a dictionary and without decoding what needs none.
struct QueryString: ~Escapable {
    private let bytes: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// One `name=value`, both as they were sent.
    struct Pair: ~Escapable {
        let name: Span<UInt8>
        /// Empty when there is no `=`.
        let value: Span<UInt8>

        @_lifetime(copy name, copy value)
        init(name: Span<UInt8>, value: Span<UInt8>) {
            self.name = name
            self.value = value
        }
    }

    /// The place of a pair that follows `start`, or nil at the end; empty pairs are passed over.
    func nextPair(from start: Int) -> Range<Int>? {
        var start = start
        while start < bytes.count, bytes[start] == UInt8(ascii: "&") { start += 1 }
        guard start < bytes.count else { return nil }
        return start..<(bytes.firstIndex(of: UInt8(ascii: "&"), from: start) ?? bytes.count)
    }

    /// The text at a place, as it was sent.
    @_lifetime(copy self)
    func text(at place: Range<Int>) -> Span<UInt8> { bytes.extracting(place) }

    /// The pair at a place that ``nextPair(from:)`` returned.
    @_lifetime(copy self)
    func pair(at place: Range<Int>) -> Pair {
        let text = bytes.extracting(place)
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
            return Pair(name: text, value: text.extracting(last: 0))
        }
        return Pair(name: text.extracting(first: equals), value: text.extracting((equals + 1)..<text.count))
    }
}
