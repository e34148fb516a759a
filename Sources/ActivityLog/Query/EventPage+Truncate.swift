extension EventPage {
    /// Keeps the first `most` events (0 or more) of a page that is read forwards; a reader then goes on with the first
    /// one that was left out. O(slices).
    package mutating func truncate(to most: Int) {
        precondition(most >= 0 && !newestFirst)
        guard count > most else { return }
        let everything = slices
        slices = EventSlices()
        count = most
        hasMore = true
        var left = most
        for index in 0..<everything.count {
            let slice = everything[index]
            guard slice.count > left else {
                slices.append(slice)
                left -= slice.count
                continue
            }
            if left > 0 { slices.append(slice.subslice(0..<left)) }
            next = slice.id(at: left) - 1
            return
        }
    }
}
