package import ByteBuffers

/// A short list of runs of events in the order of their ids; the first two need no allocation, which covers the polls
/// that matter: a page of 100 events spans at most two segments.
///
/// A run is **ready** in wire form, shared with its log, or still **sealed**: dense memory that is shared as well, and is
/// brought into wire form by who needs it, when it does. So a page that nobody reads costs references.
package struct EventSlices: Sendable {
    /// A run as the log hands it out.
    enum Part: Sendable {
        case ready(EventSlice)
        /// The events of a sealed segment at these indexes.
        case sealed(SealedSegment, Range<Int>)
        /// Events of a sealed segment that are not in a row.
        case matches(SealedMatches)

        /// Number of events.
        var count: Int {
            switch self {
            case .ready(let slice): slice.count
            case .sealed(_, let range): range.count
            case .matches(let matches): matches.count
            }
        }

        /// Id of the first event.
        var firstID: Int {
            switch self {
            case .ready(let slice): slice.firstID
            case .sealed(let segment, let range): segment.firstID + range.lowerBound
            case .matches(let matches): matches.firstID
            }
        }

        /// The events at `range` of these, not empty.
        func part(_ range: Range<Int>) -> Part {
            switch self {
            case .ready(let slice): .ready(slice.subslice(range))
            case .sealed(let segment, let own):
                .sealed(segment, (own.lowerBound + range.lowerBound)..<(own.lowerBound + range.upperBound))
            case .matches(let matches): .matches(matches.part(range))
            }
        }
    }

    private var first: Part?
    private var second: Part?
    private var rest: [Part] = []
    private var sealedCount = 0

    /// Makes an empty list.
    package init() {}

    /// Number of runs.
    package var count: Int { (first == nil ? 0 : 1) + (second == nil ? 0 : 1) + rest.count }

    /// Whether there are no runs, hence no events.
    package var isEmpty: Bool { first == nil }

    /// Whether every run is in wire form.
    package var isReady: Bool { sealedCount == 0 }

    /// The run at `index`, from 0 to `count - 1`, which must be ready.
    package subscript(index: Int) -> EventSlice {
        guard case .ready(let slice) = part(at: index) else { preconditionFailure("a sealed run was not expanded") }
        return slice
    }

    /// The run at `index` in wire form: shared with the log when it is ready, else made for the caller. Nil when there is no
    /// memory for that; what is then left out is as good as beyond the page's limit.
    package func expanded(at index: Int) -> EventSlice? {
        let part = part(at: index)
        if case .ready(let slice) = part { return slice }
        // Ids need not follow each other, so this is no segment of a log.
        // About what it takes; it grows when it is not.
        let capacity = part.count * 160
        guard var copy = EventSegment(firstID: 0, capacity: capacity, memory: .scratch) else { return nil }
        var isWhole = true
        part.forEachSealed { id, record, kind, payload in
            let appending = copy.append(
                id: id, timestamp: EventTimestamp(micros: record.wall), steady: record.steady, kind: kind,
                payload: payload, memory: .scratch, mostBytes: .max)
            if case .appended = appending { return true }
            isWhole = false
            return false
        }
        return isWhole ? copy.slice(0..<copy.count) : nil
    }

    /// Appends the wire form of the events of the run at `index`, each followed by a comma. O(their bytes).
    package func append(at index: Int, to bytes: inout ByteBuffer) {
        let part = part(at: index)
        if case .ready(let slice) = part { return bytes.append(slice.bytes) }
        part.forEachSealed { id, record, kind, payload in
            EventWire.write(
                id: id, timestamp: EventTimestamp(micros: record.wall), kind: kind, payload: payload, to: &bytes)
            bytes.append(UInt8(ascii: ","))
            return true
        }
    }

    /// Events of the run at `index`.
    package func eventCount(at index: Int) -> Int { part(at: index).count }

    /// Id of the first event of the run at `index`.
    package func firstID(at index: Int) -> Int { part(at: index).firstID }

    /// Bytes of the events of the run at `index` in their wire form, each with its comma. O(1) for a run that is ready or a
    /// whole sealed segment, else O(its events).
    package func byteCount(at index: Int) -> Int {
        switch part(at: index) {
        case .ready(let slice): return slice.byteCount
        case .sealed(let segment, let range):
            if range.count == segment.count { return segment.byteCount + segment.count }
            return segment.index()[range].reduce(0) { $0 + $1.byteCount + 1 }
        case .matches(let matches): return matches.eventBytes().reduce(0, +)
        }
    }

    /// Bytes of all events in their wire form, each with its comma. O(runs), see ``byteCount(at:)``.
    package var byteCount: Int {
        guard sealedCount == 0 else { return (0..<count).reduce(0) { $0 + byteCount(at: $1) } }
        var bytes = 0
        if case .ready(let slice)? = first { bytes += slice.byteCount }
        if case .ready(let slice)? = second { bytes += slice.byteCount }
        for index in rest.indices {
            if case .ready(let slice) = rest[index] { bytes += slice.byteCount }
        }
        return bytes
    }

    /// The same for each event.
    func eventBytes(at index: Int) -> [Int] {
        switch part(at: index) {
        case .ready(let slice): (0..<slice.count).map { slice.event(at: $0).count + 1 }
        case .sealed(let segment, let range): segment.index()[range].map { $0.byteCount + 1 }
        case .matches(let matches): matches.eventBytes()
        }
    }

    func part(at index: Int) -> Part {
        if index == 0, let first { return first }
        if index == 1, let second { return second }
        return rest[index - 2]
    }

    /// Appends a run that is ready.
    mutating func append(_ slice: EventSlice) {
        append(.ready(slice))
    }

    mutating func append(_ part: Part) {
        switch part {
        case .ready: break
        case .sealed, .matches: sealedCount += 1
        }
        if first == nil {
            first = part
        } else if second == nil {
            second = part
        } else {
            rest.append(part)
        }
    }

    mutating func append(_ slices: EventSlices) {
        for index in 0..<slices.count { append(slices.part(at: index)) }
    }

    mutating func reserve(_ count: Int) {
        if count > 2 { rest.reserveCapacity(count - 2) }
    }

    /// Brings every run into wire form; false, with the list as it was, when there is no memory. O(1) when all are ready.
    /// Done outside the log's lock.
    package mutating func expand() -> Bool {
        guard sealedCount > 0 else { return true }
        var expanded = EventSlices()
        expanded.reserve(count)
        for index in 0..<count {
            guard let slice = self.expanded(at: index) else { return false }
            expanded.append(slice)
        }
        self = expanded
        return true
    }
}

extension EventMemory {
    /// For runs that are brought into wire form for one reader: of no log, and not counted as events.
    static let scratch = EventMemory()
}
