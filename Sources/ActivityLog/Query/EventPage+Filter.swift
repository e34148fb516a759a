extension EventPage {
    /// Keeps at most `limit` events of the wanted kinds, and sets `count`, `next`, `hasMore` and `unread` accordingly.
    ///
    /// Called on a page of everything in range, outside the log's lock. O(events scanned); of sealed runs only what
    /// matches is brought into wire form.
    mutating func filter(by kinds: KindFilter, limit: Int, backwards: Bool) {
        let everything = slices
        let firstID = next - count + 1
        let start = backwards ? startOfLastMatches(of: kinds, limit: limit) : 0
        slices = EventSlices()
        count = 0
        if unread != nil { hasMore = true }
        var offset = 0  // of the run's first event from firstID
        for index in 0..<everything.count {
            let part = everything.part(at: index)
            defer { offset += part.count }
            guard start < offset + part.count else { continue }
            let skipped = max(start - offset, 0)
            guard let cut = take(kinds, from: part, skipping: skipped, limit: limit) else { continue }
            // The first match beyond the page. Reading goes on before it, so nothing is skipped.
            hasMore = true
            unread = nil
            next = firstID + offset + cut - 1
            return
        }
    }

    /// Appends the matches of a run until there are `limit` in the page; the offset of the first match beyond, or nil.
    private mutating func take(
        _ kinds: KindFilter, from part: EventSlices.Part, skipping skipped: Int, limit: Int
    ) -> Int? {
        var cut: Int?
        switch part {
        case .ready(let slice):
            var run = 0..<0
            for event in skipped..<slice.count where kinds.matches(slice.kind(at: event)) {
                if count == limit {
                    cut = event
                    break
                }
                count += 1
                if run.upperBound == event, !run.isEmpty {
                    run = run.lowerBound..<(event + 1)
                } else {
                    if !run.isEmpty { slices.append(slice.subslice(run)) }
                    run = event..<(event + 1)
                }
            }
            if !run.isEmpty { slices.append(slice.subslice(run)) }
        case .sealed(let segment, let range):
            cut = take(kinds, from: segment, (range.lowerBound + skipped)..<range.upperBound, limit: limit)
                .map { $0 - range.lowerBound }
        case .matches: preconditionFailure("a page is filtered once")
        }
        return cut
    }

    /// The same for a sealed run, which stays sealed: bringing it into wire form is left to who writes it.
    private mutating func take(
        _ kinds: KindFilter, from segment: SealedSegment, _ range: Range<Int>, limit: Int
    ) -> Int? {
        var cut: Int?
        var matches: [UInt8] = []
        segment.forEach(range, isWanted: kinds) { record, _, _ in
            if count + matches.count == limit {
                cut = record.index
                return false
            }
            matches.append(UInt8(record.index))
            return true
        }
        if !matches.isEmpty { slices.append(.matches(SealedMatches(segment, indexes: matches))) }
        count += matches.count
        return cut
    }

    /// The offset, from the first event in range, of the `limit`-th match from the end; sets `hasMore` when there is
    /// a match before it. With a limit of 0: the end.
    private mutating func startOfLastMatches(of kinds: KindFilter, limit: Int) -> Int {
        var found = 0
        var start = count
        var end = count
        for index in stride(from: slices.count - 1, through: 0, by: -1) {
            let part = slices.part(at: index)
            end -= part.count
            for match in Self.matches(of: kinds, in: part).reversed() {
                if found == limit {
                    hasMore = true
                    unread = nil
                    return start
                }
                found += 1
                start = end + match
            }
        }
        return start
    }

    /// The offsets of the matches in a run, ascending: at most 256.
    private static func matches(of kinds: KindFilter, in part: EventSlices.Part) -> [Int] {
        switch part {
        case .ready(let slice):
            return (0..<slice.count).filter { kinds.matches(slice.kind(at: $0)) }
        case .sealed(let segment, let range):
            var matches: [Int] = []
            segment.forEach(range, isWanted: kinds) { record, _, _ in
                matches.append(record.index - range.lowerBound)
                return true
            }
            return matches
        case .matches: preconditionFailure("a page is filtered once")
        }
    }

    /// Joins the page of the next piece of a read that one query did not get through, see ``unread``: `piece` answers the same
    /// query, with its cursor, or with `readsBackwards` its `before`, at `unread`, and a limit less what this page has.
    ///
    /// The version stays that of the first piece: what was appended since is in no piece.
    package mutating func join(_ piece: EventPage, backwards: Bool) {
        missed += piece.missed
        count += piece.count
        hasMore = piece.hasMore
        unread = piece.unread
        if backwards {
            var joined = piece.slices
            joined.append(slices)
            slices = joined
        } else {
            slices.append(piece.slices)
            next = piece.next
        }
    }
}
