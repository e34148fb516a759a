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
        let backwards = query.readsBackwards
        guard query.kinds == nil else {
            take(first, last, of: query, backwards, into: &page)
            return page
        }
        let inRange = last - first + 1
        let taken = min(query.limit, inRange)
        var (start, end) = backwards ? (last - taken + 1, last) : (first, first + taken - 1)
        if query.maxBytes < .max { (start, end) = bounded(start, end, toBytes: query.maxBytes, backwards: backwards) }
        page.hasMore = end - start + 1 < inRange
        page.count = page.isUnchanged ? 0 : end - start + 1
        page.next = end
        if !page.isUnchanged { page.slices = slices(from: start, through: end) }
        return page
    }

    /// Puts what a filter is to look at into the page: all in range, or as much of it as one query may look at.
    private func take(
        _ first: Int, _ last: Int, of query: EventQuery, _ backwards: Bool, into page: inout EventPage
    ) {
        var (start, end) = (first, last)
        if last - first + 1 > query.mostScanned {
            if backwards {
                start = last - query.mostScanned + 1
                page.unread = start
            } else {
                end = first + query.mostScanned - 1
                page.unread = end
            }
        }
        page.count = page.isUnchanged ? 0 : end - start + 1
        page.next = end
        if !page.isUnchanged { page.slices = slices(from: start, through: end) }
    }
}
