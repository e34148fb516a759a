internal import ActivityLog

/// Merges the pages of several logs, newest first by time stamp; of equal ones, the lower page index and then the higher
/// id comes first.
///
/// A binary heap of one event a page: O(log pages) an event taken, and nothing for those that are not.
struct EventMerge {
    private struct Head {
        let timestamp: Int64
        let page: Int

        func precedes(_ other: Head) -> Bool {
            timestamp != other.timestamp ? timestamp > other.timestamp : page < other.page
        }
    }

    /// By page; nil for pages without events.
    private var cursors: [NewestFirstCursor?]
    private var heap: [Head] = []

    /// Starts before the newest event. Time stamps within a page never decrease from event to event. O(pages).
    init(_ pages: [EventPage]) {
        cursors = pages.map { $0.slices.isEmpty ? nil : NewestFirstCursor($0.slices) }
        for index in cursors.indices {
            guard let cursor = cursors[index] else {
                if !pages[index].slices.isEmpty { isCut = true }
                continue
            }
            heap.append(Head(timestamp: cursor.timestamp, page: index))
        }
        if isCut { heap = [] }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
    }

    /// Whether no event can be taken any more: all have been, or the merge ``isCut``.
    var isAtEnd: Bool { heap.isEmpty }

    /// Whether it ended for lack of memory: a log's older events could not be read, and those of others must not pass them.
    private(set) var isCut = false

    /// Takes the next event: calls `body` with the index of its page, its run and its place there, unless ``isAtEnd``.
    mutating func takeNext(_ body: (_ page: Int, _ slice: EventSlice, _ event: Int) -> Void) {
        guard let page = heap.first?.page, var cursor = cursors[page].take() else { return }
        body(page, cursor.slice, cursor.event)
        switch cursor.advance() {
        case .moved:
            heap[0] = Head(timestamp: cursor.timestamp, page: page)
            cursors[page] = cursor
        case .atEnd:
            heap[0] = heap[heap.count - 1]
            heap.removeLast()
        case .cut:
            isCut = true
            heap = []
        }
        siftDown(from: 0)
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
