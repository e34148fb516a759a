/// A short list of runs of events in the order of their ids; the first two need no allocation, which covers the polls
/// that matter: a page of 100 events spans at most two segments.
package struct EventSlices: Sendable {
    /// A run as the log hands it out: ready, or still dense.
    enum Part: Sendable {
        case ready(EventSlice)
        /// The events from position `first` to `last` of a sealed segment.
        case sealed(SealedSegment, first: Int, last: Int)

        /// Number of events.
        var count: Int {
            switch self {
            case .ready(let slice): slice.count
            case .sealed(_, let first, let last): last - first + 1
            }
        }
    }

    private var first: Part?
    private var second: Part?
    private var rest: [Part] = []
    private var sealedCount = 0

    /// Makes an empty list.
    package init() {}

    /// Number of slices.
    package var count: Int { (first == nil ? 0 : 1) + (second == nil ? 0 : 1) + rest.count }

    /// Whether there are no slices, hence no events.
    package var isEmpty: Bool { first == nil }

    /// The slice at `index`, from 0 to `count - 1`. The list must not hold sealed parts any more.
    package subscript(index: Int) -> EventSlice {
        guard case .ready(let slice) = part(at: index) else { preconditionFailure("a page leaves its log expanded") }
        return slice
    }

    func part(at index: Int) -> Part {
        if index == 0, let first { return first }
        if index == 1, let second { return second }
        return rest[index - 2]
    }

    mutating func append(_ slice: EventSlice) {
        append(.ready(slice))
    }

    mutating func append(_ part: Part) {
        if case .sealed = part { sealedCount += 1 }
        if first == nil {
            first = part
        } else if second == nil {
            second = part
        } else {
            rest.append(part)
        }
    }

    mutating func reserve(_ count: Int) {
        if count > 2 { rest.reserveCapacity(count - 2) }
    }

    /// Brings sealed parts into wire form. O(1) when there is none; done outside the log's lock.
    mutating func expand() {
        guard sealedCount > 0 else { return }
        var expanded = EventSlices()
        expanded.reserve(count)
        for index in 0..<count {
            switch part(at: index) {
            case .ready(let slice): expanded.append(slice)
            case .sealed(let segment, let first, let last):
                expanded.append(segment.expand(from: first, through: last))
            }
        }
        self = expanded
    }
}
