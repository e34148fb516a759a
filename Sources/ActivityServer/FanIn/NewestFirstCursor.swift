internal import ActivityLog

/// A place in a page that is read from its newest event to its oldest.
struct NewestFirstCursor {
    private let slices: EventSlices
    private var sliceIndex: Int
    /// The run that the event is in, and its place there.
    private(set) var slice: EventSlice
    private(set) var event: Int

    /// Starts at the newest event of a page that has one; nil when there is no memory to bring its run into wire form.
    init?(_ slices: EventSlices) {
        self.slices = slices
        sliceIndex = slices.count - 1
        guard let slice = slices.expanded(at: sliceIndex) else { return nil }
        self.slice = slice
        event = slice.count - 1
    }

    /// When the event was appended, in microseconds since the Unix epoch.
    var timestamp: Int64 { slice.timestamp(at: event) }

    /// What became of a step.
    enum Step {
        case moved, atEnd
        /// There are older events, and no memory to bring them into wire form.
        case cut
    }

    /// Goes on to the next older event.
    mutating func advance() -> Step {
        if event == 0 {
            guard sliceIndex > 0 else { return .atEnd }
            guard let older = slices.expanded(at: sliceIndex - 1) else { return .cut }
            sliceIndex -= 1
            slice = older
            event = slice.count
        }
        event -= 1
        return .moved
    }
}
