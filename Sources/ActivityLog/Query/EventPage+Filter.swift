extension EventPage {
    /// Keeps at most `limit` events of the wanted kinds, and sets `count`, `next` and `hasMore` accordingly.
    ///
    /// Called on a page of everything in range, outside the log's lock. O(events scanned).
    mutating func filter(by kinds: KindFilter, limit: Int, backwards: Bool) {
        let everything = slices
        let firstID = next - count + 1
        let start = backwards ? startOfLastMatches(of: kinds, limit: limit) : 0
        slices = EventSlices()
        count = 0
        var offset = 0  // of the slice's first event from firstID
        for index in 0..<everything.count {
            let slice = everything[index]
            defer { offset += slice.count }
            var run = 0..<0
            for event in max(start - offset, 0)..<max(slice.count, start - offset)
            where kinds.matches(slice.kind(at: event)) {
                if count == limit {
                    // The first match beyond the page. Reading goes on before it, so nothing is skipped.
                    if !run.isEmpty { slices.append(slice.subslice(run)) }
                    hasMore = true
                    next = firstID + offset + event - 1
                    return
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
        }
    }

    /// The offset, from the first event in range, of the `limit`-th match from the end; sets `hasMore` when there is
    /// a match before it. With a limit of 0: the end.
    private mutating func startOfLastMatches(of kinds: KindFilter, limit: Int) -> Int {
        var matches = 0
        var start = count
        var end = count
        for index in stride(from: slices.count - 1, through: 0, by: -1) {
            let slice = slices[index]
            end -= slice.count
            for event in stride(from: slice.count - 1, through: 0, by: -1) where kinds.matches(slice.kind(at: event)) {
                if matches == limit {
                    hasMore = true
                    return start
                }
                matches += 1
                start = end + event
            }
        }
        return start
    }
}
