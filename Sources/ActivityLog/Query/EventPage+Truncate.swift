extension EventPage {
    /// Bytes of the events in their wire form, each with its comma. O(runs), see ``EventSlices/byteCount(at:)``.
    package var byteCount: Int { slices.byteCount }

    /// Keeps the first `most` events (0 or more) of a page that is read forwards; a reader then goes on with the first
    /// one that was left out. O(runs).
    package mutating func truncate(to most: Int) {
        precondition(most >= 0 && !newestFirst)
        guard count > most else { return }
        let everything = slices
        slices = EventSlices()
        count = most
        hasMore = true
        var left = most
        for index in 0..<everything.count {
            let part = everything.part(at: index)
            guard part.count > left else {
                slices.append(part)
                left -= part.count
                continue
            }
            if left > 0 { slices.append(part.part(0..<left)) }
            next = part.firstID + left - 1
            return
        }
    }

    /// Keeps at most `most` bytes of events, but the first one in any case, so that a reader always gets on. O(runs).
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
        slices.eventsWithin(most, backwards: backwards)
    }

    /// Drops the oldest `dropped` events, less than there are, of a page that was read backwards.
    private mutating func dropFirst(_ dropped: Int) {
        let everything = slices
        slices = EventSlices()
        count -= dropped
        hasMore = true
        var left = dropped
        for index in 0..<everything.count {
            let part = everything.part(at: index)
            guard part.count > left else {
                left -= part.count
                continue
            }
            slices.append(left > 0 ? part.part(left..<part.count) : part)
            left = 0
        }
    }
}

extension EventSlices {
    /// How many events, from the oldest or with `backwards` from the newest, have at most `most` bytes together.
    func eventsWithin(_ most: Int, backwards: Bool) -> Int {
        var left = most
        var events = 0
        for step in 0..<count {
            let index = backwards ? count - 1 - step : step
            let bytes = byteCount(at: index)
            if bytes <= left {
                left -= bytes
                events += eventCount(at: index)
                continue
            }
            for bytes in backwards ? eventBytes(at: index).reversed() : eventBytes(at: index) {
                left -= bytes
                guard left >= 0 else { return events }
                events += 1
            }
        }
        return events
    }
}
