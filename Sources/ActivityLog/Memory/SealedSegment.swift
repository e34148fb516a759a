internal import ByteBuffers

/// A full segment in its dense form: what cannot be computed again, and no more.
///
/// The wire form spends more than half of its bytes on member names, ids and time stamps. Here an event is its payload
/// and about six bytes: ids follow from the place, times are deltas, kinds are indices into the segment's own list.
///
/// ```
/// block  = records, restart points (16 aligned), kinds
/// record = varint  microseconds since the last event's time stamp, zigzag
///          varint  what the steady clock did beyond that, zigzag
///          varint  index of the kind
///          varint  bytes of the payload; 0 stands for {}
///          bytes   payload
/// kind   = varint  bytes, bytes
/// ```
/// Every ``stride`` records a restart point holds both times in full, so a place is found without decoding what is
/// before it. Immutable, hence shared with readers without a lock.
final class SealedSegment: Sendable {
    /// Where decoding can start: a record, and the times of the event before it, which its deltas refer to.
    private struct Restart: BitwiseCopyable {
        var offset: Int
        var wall: Int64
        var steady: Int64
    }

    /// Mean bytes of events above which encoding them is not worth a try.
    private static let mostMeanBytes = 2048

    /// Records between two restart points.
    private static let stride = 32

    /// Id of the first event.
    let firstID: Int
    /// Events stored.
    let count: Int
    /// Bytes of the events in their wire form, without the commas between them.
    let byteCount: Int
    private let block: EventBlock
    /// Bytes of the records.
    private let recordBytes: Int
    /// Where the kinds begin, and how many there are.
    private let kindStart: Int
    private let kindCount: Int

    /// One event, as it is decoded.
    struct Record {
        /// Its place in the segment.
        let index: Int
        let wall: Int64
        let steady: Int64
        let kindIndex: Int
        /// Where its payload lies in the records; empty stands for `{}`.
        let payload: Range<Int>
    }

    /// Encodes a segment of at least one event; nil when there is no memory, or less than a
    /// quarter would be gained.
    init?(_ segment: borrowing EventSegment, memory: EventMemory) {
        // Large events are hardly smaller when they are dense.
        guard segment.used <= segment.count * Self.mostMeanBytes else { return nil }
        var encoder = Encoder(segment)
        encoder.encode(segment)
        let room = encoder.byteCount
        guard room <= segment.block.capacity * 3 / 4, let block = EventBlock(capacity: room, from: memory) else {
            return nil
        }
        encoder.write(to: block)
        self.block = block
        firstID = segment.firstID
        count = segment.count
        byteCount = segment.byteCount
        recordBytes = encoder.records.count
        kindStart = encoder.kindStart
        kindCount = encoder.kinds.count
    }

    /// Bytes that it keeps.
    var residentBytes: Int { block.capacity }

    /// What is written into the block, in scratch memory until its size is known.
    private struct Encoder: ~Copyable {
        var records: ByteBuffer
        var kinds: [Range<Int>] = []
        /// The kinds as they are written; the ranges above are those of the names in it.
        var names = ByteBuffer()
        var restarts = InlineArray<8, Restart>(repeating: Restart(offset: 0, wall: 0, steady: 0))
        var restartCount = 0

        init(_ segment: borrowing EventSegment) { records = ByteBuffer(capacity: segment.used) }

        var restartStart: Int { (records.count + 15) / 16 * 16 }
        var kindStart: Int { restartStart + restartCount * MemoryLayout<Restart>.stride }
        var byteCount: Int { kindStart + names.count }

        mutating func encode(_ segment: borrowing EventSegment) {
            let slice = segment.slice(0..<segment.count)
            var wall = slice.timestamp(at: 0)
            var steady = segment.steady(at: 0)
            for index in 0..<slice.count {
                let eventWall = slice.timestamp(at: index)
                let eventSteady = segment.steady(at: index)
                if index % SealedSegment.stride == 0 {
                    restarts[restartCount] = Restart(offset: records.count, wall: wall, steady: steady)
                    restartCount += 1
                }
                Varint.append(Varint.zigzag(eventWall - wall), to: &records)
                Varint.append(Varint.zigzag((eventSteady - steady) - (eventWall - wall)), to: &records)
                wall = eventWall
                steady = eventSteady
                Varint.append(UInt64(indexOfKind(slice.kind(at: index))), to: &records)
                let payload = slice.payload(at: index)
                if payload.equals("{}") {
                    Varint.append(0, to: &records)
                } else {
                    Varint.append(UInt64(payload.count), to: &records)
                    records.append(payload)
                }
            }
        }

        /// Kinds are few in a segment, and mostly the ones just seen: a short list beats a dictionary.
        private mutating func indexOfKind(_ kind: Span<UInt8>) -> Int {
            for index in kinds.indices where kind.equals(names.span.extracting(kinds[index])) { return index }
            Varint.append(UInt64(kind.count), to: &names)
            kinds.append(names.count..<(names.count + kind.count))
            names.append(kind)
            return kinds.count - 1
        }

        func write(to block: EventBlock) {
            block.write(records.span, at: 0)
            for index in 0..<restartCount {
                block.write(restarts[index], at: restartStart + index * MemoryLayout<Restart>.stride)
            }
            block.write(names.span, at: kindStart)
        }
    }

    private func restart(_ index: Int) -> Restart {
        block.read(at: (recordBytes + 15) / 16 * 16 + index * MemoryLayout<Restart>.stride)
    }

    /// Decodes the events at `range` in order, until `body` returns false.
    func decode(_ range: Range<Int>, _ body: (Record) -> Bool) {
        let restart = restart(range.lowerBound / Self.stride)
        var index = range.lowerBound / Self.stride * Self.stride
        var wall = restart.wall
        var steady = restart.steady
        var offset = restart.offset
        let block = block
        let bytes = block.span(0..<recordBytes)
        while index < range.upperBound {
            let delta = Varint.unzigzag(Varint.read(bytes, at: &offset))
            wall += delta
            steady += delta + Varint.unzigzag(Varint.read(bytes, at: &offset))
            let kindIndex = Int(Varint.read(bytes, at: &offset))
            let payloadCount = Int(Varint.read(bytes, at: &offset))
            let payload = offset..<(offset + payloadCount)
            offset += payloadCount
            if index >= range.lowerBound {
                let record = Record(index: index, wall: wall, steady: steady, kindIndex: kindIndex, payload: payload)
                guard body(record) else { return }
            }
            index += 1
        }
    }

    /// When the event at `index` was appended, on the steady clock. Decodes at most ``stride`` records.
    func steady(at index: Int) -> Int64 {
        var steady: Int64 = 0
        decode(index..<(index + 1)) { record in
            steady = record.steady
            return true
        }
        return steady
    }

    /// Where the names of the kinds lie in the block, by index.
    private func kinds() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(kindCount)
        let block = block
        let bytes = block.span(0..<block.capacity)
        var offset = kindStart
        for _ in 0..<kindCount {
            let count = Int(Varint.read(bytes, at: &offset))
            ranges.append(offset..<(offset + count))
            offset += count
        }
        return ranges
    }

    /// For each event, when it was appended and how many bytes its wire form has: what eviction and a bound on bytes need.
    func index() -> [(steady: Int64, byteCount: Int)] {
        let kinds = kinds()
        var entries: [(steady: Int64, byteCount: Int)] = []
        entries.reserveCapacity(count)
        decode(0..<count) { record in
            let bytes = EventWire.byteCount(
                id: firstID + record.index, wall: record.wall, kindCount: kinds[record.kindIndex].count,
                payloadCount: record.payload.count)
            entries.append((record.steady, bytes))
            return true
        }
        return entries
    }

    /// Brings the events at `range`, or those of them that `isWanted`, into wire form: calls `body` with each one's parts.
    func forEach(
        _ range: Range<Int>, isWanted: KindFilter? = nil,
        _ body: (_ record: Record, _ kind: Span<UInt8>, _ payload: Span<UInt8>) -> Bool
    ) {
        let kinds = kinds()
        let block = block
        let bytes = block.span(0..<block.capacity)
        let wanted = isWanted.map { filter in kinds.map { filter.matches(bytes.extracting($0)) } }
        if let wanted, !wanted.contains(true) { return }
        decode(range) { record in
            guard wanted?[record.kindIndex] ?? true else { return true }
            return body(record, bytes.extracting(kinds[record.kindIndex]), bytes.extracting(record.payload))
        }
    }
}
