extension EventPage {
    /// Bytes of the events in their wire form, each with its comma. O(slices).
    package var byteCount: Int {
        (0..<slices.count).reduce(0) { $0 + slices[$1].byteCount }
    }

    /// Keeps at most `most` bytes of events, but the first one in any case, so that a reader always gets on. O(slices).
    ///
    /// First is what the page was read from: its oldest event, or with `backwards` its newest.
    package mutating func truncate(toBytes most: Int, backwards: Bool) {
        guard byteCount > most, count > 1 else { return }
        let kept = max(eventsWithin(most, backwards: backwards), 1)
        guard backwards else {
            truncate(to: kept)
            return
        }
        dropFirst(count - kept)
    }

    /// How many events, from the oldest or from the newest, have at most `most` bytes together.
    private func eventsWithin(_ most: Int, backwards: Bool) -> Int {
        var left = most
        var events = 0
        for place in 0..<slices.count {
            let slice = slices[backwards ? slices.count - 1 - place : place]
            if slice.byteCount <= left {
                left -= slice.byteCount
                events += slice.count
                continue
            }
            for position in 0..<slice.count {
                let index = backwards ? slice.count - 1 - position : position
                left -= slice.event(at: index).count + 1
                guard left >= 0 else { return events }
                events += 1
            }
        }
        return events
    }

    /// Drops the oldest `dropped` events, less than there are, of a page that was read backwards.
    private mutating func dropFirst(_ dropped: Int) {
        let everything = slices
        slices = EventSlices()
        count -= dropped
        hasMore = true
        var left = dropped
        for index in 0..<everything.count {
            let slice = everything[index]
            guard slice.count > left else {
                left -= slice.count
                continue
            }
            slices.append(left > 0 ? slice.subslice(left..<slice.count) : slice)
            left = 0
        }
    }
}
