internal import ActivityLog

/// A place in a page that is read from its newest event to its oldest.
struct NewestFirstCursor {
    private let slices: EventSlices
    private var sliceIndex: Int
    /// The run that the event is in, and its place there.
    private(set) var slice: EventSlice
    private(set) var event: Int

    /// Starts at the newest event; nil when there is none.
    init?(_ slices: EventSlices) {
        guard !slices.isEmpty else { return nil }
        self.slices = slices
        sliceIndex = slices.count - 1
        guard let slice = slices.expanded(at: sliceIndex) else { return nil }
        self.slice = slice
        event = slice.count - 1
    }

    /// When the event was appended, in microseconds since the Unix epoch.
    var timestamp: Int64 { slice.timestamp(at: event) }

    /// Goes on to the next older event; false when there is none.
    mutating func advance() -> Bool {
        if event == 0 {
            guard sliceIndex > 0, let older = slices.expanded(at: sliceIndex - 1) else { return false }
            sliceIndex -= 1
            slice = older
            event = slice.count
        }
        event -= 1
        return true
    }
}
