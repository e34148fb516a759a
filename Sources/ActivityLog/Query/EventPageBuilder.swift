/// Builds pages of events that are not a memory log's: a store in another target reads rows from wherever it keeps them and
/// makes a page of them, in the form that all of ours have.
package struct EventPageBuilder: ~Copyable {
    private var page: EventPage
    private var segment: EventSegment?
    private var bytes = 0

    /// Begins a page without events; `next` as in ``EventPage/next`` for a page that stays so.
    package init(version: LogVersion, next: Int, newestFirst: Bool = false) {
        page = EventPage(version: version, next: next)
        page.newestFirst = newestFirst
    }

    /// Events so far.
    package var count: Int { page.count }

    /// Bytes of them in their wire form, each with its comma.
    package var byteCount: Int { bytes }

    /// Appends an event, whose id is above those before it; false, with the page as it was, when there is no memory for it.
    ///
    /// `timestamp` is in microseconds since the Unix epoch, `kind` the inside of a JSON string, as ``EventBatch/kind(at:)`` has
    /// it, `payload` a minified JSON object, or nothing for `{}`.
    package mutating func append(id: Int, timestamp: Int64, kind: Span<UInt8>, payload: Span<UInt8>) -> Bool {
        while true {
            let appending = segment?.append(
                id: id, timestamp: EventTimestamp(micros: timestamp), steady: 0, kind: kind, payload: payload,
                memory: .scratch)
            switch appending {
            case .appended(let added)?:
                bytes += added + 1
                page.count += 1
                page.next = id
                return true
            case .outOfMemory?: return false
            case .full?, nil:
                let capacity = segment.map(\.footprint) ?? EventSegment.mostBytes(kind: kind, payload: payload)
                guard let next = EventSegment(firstID: id, capacity: capacity, memory: .scratch) else { return false }
                closeSegment()
                segment = next
            }
        }
    }

    private mutating func closeSegment() {
        if let segment, segment.count > 0 { page.slices.append(segment.slice(0..<segment.count)) }
        segment = nil
    }

    /// The page; `complete` sets what only the store knows: `missed`, `reset`, `hasMore`, another `next`.
    package consuming func finish(_ complete: (inout EventPage) -> Void = { _ in }) -> EventPage {
        closeSegment()
        complete(&page)
        return page
    }
}
