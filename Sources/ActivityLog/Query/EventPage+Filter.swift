extension EventPage {
    /// Keeps at most `limit` events of the wanted kinds, and sets `count`, `next` and `hasMore` accordingly.
    ///
    /// Called on a page of everything in range, outside the log's lock. O(events scanned); of sealed parts only what
    /// matches is brought into wire form.
    mutating func filter(by kinds: KindFilter, limit: Int, backwards: Bool) {
        let everything = slices
        let firstID = next - count + 1
        let start = backwards ? startOfLastMatches(of: kinds, limit: limit) : 0
        slices = EventSlices()
        count = 0
        var offset = 0  // of the part's first event from firstID
        for index in 0..<everything.count {
            let part = everything.part(at: index)
            defer { offset += part.count }
            guard start < offset + part.count else { continue }
            let skipped = max(start - offset, 0)
            guard let cut = take(kinds, from: part, skipping: skipped, limit: limit) else { continue }
            // The first match beyond the page. Reading goes on before it, so nothing is skipped.
            hasMore = true
            next = firstID + offset + cut - 1
            return
        }
    }

    /// Appends the matches of a part until there are `limit` in the page; the offset of the first match beyond, or nil.
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
        case .sealed(let segment, let first, let last):
            var matches = EventSegment(firstPosition: 0, capacity: 0)
            segment.forEachMatch(kinds, from: first + skipped, through: last) { record in
                if count == limit {
                    cut = record.position - first
                    return false
                }
                count += 1
                segment.append(record, to: &matches)
                return true
            }
            if matches.count > 0 { slices.append(matches.slice(from: 0, through: matches.count - 1)) }
        }
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
                    return start
                }
                found += 1
                start = end + match
            }
        }
        return start
    }

    /// The offsets of the matches in a part, ascending: at most 256.
    private static func matches(of kinds: KindFilter, in part: EventSlices.Part) -> [Int] {
        switch part {
        case .ready(let slice):
            return (0..<slice.count).filter { kinds.matches(slice.kind(at: $0)) }
        case .sealed(let segment, let first, let last):
            var matches: [Int] = []
            segment.forEachMatch(kinds, from: first, through: last) { record in
                matches.append(record.position - first)
                return true
            }
            return matches
        }
    }
}
