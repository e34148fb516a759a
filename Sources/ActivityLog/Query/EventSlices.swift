/// A short list of slices in the order of their ids; the first two need no allocation, which covers the polls that
/// matter: a page of 100 events spans at most two segments.
package struct EventSlices: Sendable {
    private var first: EventSlice?
    private var second: EventSlice?
    private var rest: [EventSlice] = []

    /// Makes an empty list.
    package init() {}

    /// Number of slices.
    package var count: Int { (first == nil ? 0 : 1) + (second == nil ? 0 : 1) + rest.count }

    /// Whether there are no slices, hence no events.
    package var isEmpty: Bool { first == nil }

    /// The slice at `index`, from 0 to `count - 1`.
    package subscript(index: Int) -> EventSlice {
        if index == 0, let first { return first }
        if index == 1, let second { return second }
        return rest[index - 2]
    }

    mutating func append(_ slice: EventSlice) {
        if first == nil {
            first = slice
        } else if second == nil {
            second = slice
        } else {
            rest.append(slice)
        }
    }

    mutating func reserve(_ count: Int) {
        if count > 2 { rest.reserveCapacity(count - 2) }
    }
}
