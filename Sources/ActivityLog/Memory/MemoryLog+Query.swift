extension MemoryLog {
    /// Evicts, then answers. O(1) for an empty page, else O(segments touched); no event is copied.
    ///
    /// With a kind filter the page holds everything in range: the caller filters it after unlocking.
    mutating func query(_ query: EventQuery, now: Int64) -> EventPage {
        evict(now: now)
        var page = EventPage(version: version, next: oldest - 1)
        page.newestFirst = query.newestFirst
        page.isUnchanged = query.known == version

        var after = oldest - 1
        switch query.cursor {
        case nil: break
        case .token(let epoch, _) where epoch != self.epoch:
            page.reset = .epochChanged
        case .id(let id), .token(_, let id):
            guard id <= latest else {
                page.reset = .cursorAhead
                return page
            }
            after = id
            page.missed = max(oldest - 1 - id, 0)
        }

        var first = max(after + 1, oldest)
        if let maxAge = query.maxAge { first = max(first, firstID(appendedSince: now - maxAge)) }
        let last = max(min(latest, query.before.map { $0 - 1 } ?? latest), first - 1)
        let inRange = last - first + 1
        let taken = query.kinds == nil ? min(query.limit, inRange) : inRange
        page.hasMore = taken < inRange
        page.count = page.isUnchanged ? 0 : taken
        let start = query.readsBackwards ? last - taken + 1 : first
        page.next = query.readsBackwards ? last : first + taken - 1
        if !page.isUnchanged { page.slices = slices(from: start, through: start + taken - 1) }
        return page
    }
}
