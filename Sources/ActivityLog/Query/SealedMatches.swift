internal import ByteBuffers

/// Some events of a sealed segment that are not all in a row: those that a filter lets pass. Shares the segment's memory.
final class SealedMatches: Sendable {
    private let segment: SealedSegment
    /// Their indexes in the segment, ascending, at least one.
    private let indexes: [UInt8]

    init(_ segment: SealedSegment, indexes: [UInt8]) {
        precondition(!indexes.isEmpty)
        self.segment = segment
        self.indexes = indexes
    }

    var count: Int { indexes.count }

    /// Id of the segment's first event.
    var segmentFirstID: Int { segment.firstID }

    var firstID: Int { segment.firstID + Int(indexes[0]) }

    /// Those at `range` of these, not empty.
    func part(_ range: Range<Int>) -> SealedMatches { SealedMatches(segment, indexes: Array(indexes[range])) }

    /// Bytes of each in its wire form, with its comma.
    func eventBytes() -> [Int] {
        let entries = segment.index()
        return indexes.map { entries[Int($0)].byteCount + 1 }
    }

    /// Calls `body` with the parts of each event, in order, until it returns false.
    func forEach(_ body: (_ record: SealedSegment.Record, _ kind: Span<UInt8>, _ payload: Span<UInt8>) -> Bool) {
        var next = 0
        segment.forEach(Int(indexes[0])..<(Int(indexes[indexes.count - 1]) + 1)) { record, kind, payload in
            guard record.index == Int(indexes[next]) else { return true }
            next += 1
            return body(record, kind, payload)
        }
    }
}

extension EventSlices.Part {
    /// Calls `body` with id and parts of each event of a run that is not ready, in order, until it returns false.
    func forEachSealed(
        _ body: (_ id: Int, _ record: SealedSegment.Record, _ kind: Span<UInt8>, _ payload: Span<UInt8>) -> Bool
    ) {
        switch self {
        case .ready: return
        case .sealed(let segment, let range):
            segment.forEach(range) { body(segment.firstID + $0.index, $0, $1, $2) }
        case .matches(let matches):
            let base = matches.segmentFirstID
            matches.forEach { body(base + $0.index, $0, $1, $2) }
        }
    }
}
