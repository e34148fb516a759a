internal import ActivityLog
internal import ByteBuffers

/// The target of `Link: <…>; rel="next"` (RFC 8288): the request's own target with its cursor moved on.
struct NextLink: Sendable {
    /// The raw path.
    private let path: OwnedBytes
    /// The raw parameters that stay, each followed by `&`.
    private let kept: [UInt8]
    private let readsBackwards: Bool

    /// Prepares the link of a request. Only called for a page that may have more.
    init(path: Span<UInt8>, query: Span<UInt8>, readsBackwards: Bool) {
        self.readsBackwards = readsBackwards
        self.path = OwnedBytes(path)
        kept = Self.kept(of: query, without: readsBackwards ? "before" : "since")
    }

    /// The raw parameters of a query without those of one name, each followed by `&`.
    static func kept(of query: Span<UInt8>, without name: StaticString) -> [UInt8] {
        var kept: [UInt8] = []
        let string = QueryString(query)
        var position = 0
        while let place = string.nextPair(from: position) {
            position = place.upperBound
            let pair = string.pair(at: place)
            if pair.name.equals(name) { continue }
            kept += OwnedBytes(query.extracting(place)).array
            kept.append(UInt8(ascii: "&"))
        }
        return kept
    }

    /// Appends the header's value for the page that follows `page`, which holds at least one event.
    func write(after page: EventPage, to bytes: inout ByteBuffer) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(path.span)
        bytes.append(UInt8(ascii: "?"))
        bytes.append(kept.span)
        if readsBackwards {
            bytes.append("before=")
            bytes.append(decimal: page.slices.firstID(at: 0))
        } else {
            bytes.append("since=")
            if let epoch = page.version.epoch { LogCursor.write(epoch: epoch, id: page.next, to: &bytes) }
        }
        bytes.append(">; rel=\"next\"")
    }
}
