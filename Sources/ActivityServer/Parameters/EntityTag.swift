internal import ActivityLog
internal import ByteBuffers

/// The validator of a page: `W/"<epoch>.<latest>.<oldest>.<shape>"` (RFC 9110 section 8.8.3).
///
/// Made from three integers that a log knows without touching an event. It is weak: it stands for what the page says,
/// not for its bytes. A page of one URL is a function of it, unless the URL filters by age, which has no validator.
enum EntityTag {
    /// Most bytes of a tag in a shape of up to 16 bytes.
    static let mostBytes = 96

    /// Writes the tag of a page in `shape`: at most ``mostBytes``.
    @inline(__always)
    static func write(_ version: LogVersion, shape: StaticString, to cursor: inout ByteCursor) {
        cursor.write("W/\"")
        if let epoch = version.epoch { epoch.write(to: &cursor) } else { cursor.write(UInt8(ascii: "-")) }
        cursor.write(UInt8(ascii: "."))
        cursor.write(decimal: version.latest)
        cursor.write(UInt8(ascii: "."))
        cursor.write(decimal: version.oldest)
        cursor.write(UInt8(ascii: "."))
        cursor.write(shape)
        cursor.write(UInt8(ascii: "\""))
    }

    /// The version in the first tag of an `If-None-Match` list that could be one of ours in `shape`; nil when there is
    /// none. Tags are compared weakly (RFC 9110 section 13.1.2), so a missing `W/` does not matter.
    static func version(in list: Span<UInt8>, shape: StaticString) -> LogVersion? {
        first(in: list) { parse($0, shape: shape) }
    }

    /// What `read` makes of the first tag of a list that it makes something of; it is given the inside of the quotes.
    static func first<Value>(in list: Span<UInt8>, read: (Span<UInt8>) -> Value?) -> Value? {
        var start = 0
        while let open = list.firstIndex(of: UInt8(ascii: "\""), from: start) {
            guard let close = list.firstIndex(of: UInt8(ascii: "\""), from: open + 1) else { return nil }
            if let value = read(list.extracting((open + 1)..<close)) { return value }
            start = close + 1
        }
        return nil
    }

    private static func parse(_ tag: Span<UInt8>, shape: StaticString) -> LogVersion? {
        let dot = UInt8(ascii: ".")
        guard let first = tag.firstIndex(of: dot), let second = tag.firstIndex(of: dot, from: first + 1),
            let third = tag.firstIndex(of: dot, from: second + 1),
            let latest = tag.extracting((first + 1)..<second).decimal,
            let oldest = tag.extracting((second + 1)..<third).decimal,
            tag.extracting((third + 1)..<tag.count).equals(shape)
        else { return nil }
        let name = tag.extracting(first: first)
        if name.equals("-") { return LogVersion(epoch: nil, latest: latest, oldest: oldest) }
        guard let epoch = LogEpoch(name) else { return nil }
        return LogVersion(epoch: epoch, latest: latest, oldest: oldest)
    }
}
