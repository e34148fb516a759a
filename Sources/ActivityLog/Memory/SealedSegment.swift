internal import ByteBuffers

/// A full segment in its dense form: what cannot be computed again, and no more.
///
/// The wire form spends more than half of its bytes on member names, ids and time stamps. Here an event is its payload
/// and about six bytes: ids follow from the place, times are deltas, kinds are indices into the segment's own list.
///
/// ```
/// record = varint  microseconds since the last event's time stamp
///          varint  what the steady clock did beyond that, zigzag
///          varint  index of the kind
///          varint  bytes of the payload; 0 stands for {}
///          bytes   payload
/// ```
/// Every ``stride`` records a restart point holds both times in full, so a place is found without decoding what is
/// before it. Immutable, hence shared with readers without a lock.
final class SealedSegment: Sendable {
    /// Where decoding can start: a record, and the times of the event before it, which its deltas refer to.
    private struct Restart: Sendable {
        let offset: Int
        let wall: Int64
        let steady: Int64
    }

    /// Records between two restart points.
    private static let stride = 32

    /// Position in the run of the first event.
    let firstPosition: Int
    /// Events stored.
    let count: Int
    private let firstID: Int
    private let kinds: [[UInt8]]
    private let records: [UInt8]
    private let restarts: [Restart]

    /// One event, as it is decoded.
    struct Record {
        let position: Int
        let wall: Int64
        let steady: Int64
        let kindIndex: Int
        /// Where its payload lies in the records; empty stands for `{}`.
        let payload: Range<Int>
    }

    /// Encodes a segment whose first event has the id `firstID`.
    init(_ segment: borrowing EventSegment, firstID: Int) {
        firstPosition = segment.firstPosition
        count = segment.count
        self.firstID = firstID
        var kinds: [[UInt8]] = []
        var records: [UInt8] = []
        records.reserveCapacity(segment.used / 2)
        var restarts: [Restart] = []
        var wall: Int64 = 0
        var steady: Int64 = 0
        let slice = segment.slice(from: firstPosition, through: firstPosition + count - 1)
        for index in 0..<slice.count {
            let eventWall = slice.timestamp(at: index)
            let eventSteady = segment.steady(at: firstPosition + index)
            if index == 0 {
                wall = eventWall
                steady = eventSteady
            }
            if index % Self.stride == 0 {
                restarts.append(Restart(offset: records.count, wall: wall, steady: steady))
            }
            Varint.append(UInt64(eventWall - wall), to: &records)
            Varint.append(Varint.zigzag((eventSteady - steady) - (eventWall - wall)), to: &records)
            wall = eventWall
            steady = eventSteady
            Varint.append(UInt64(Self.index(of: slice.kind(at: index), in: &kinds)), to: &records)
            let payload = slice.payload(at: index)
            if payload.equals("{}") {
                Varint.append(0, to: &records)
            } else {
                Varint.append(UInt64(payload.count), to: &records)
                for byte in payload.indices { records.append(payload[byte]) }
            }
        }
        // Exact sizes: these arrays live as long as the events.
        self.kinds = kinds
        self.records = Array(unsafeUninitializedCapacity: records.count) { buffer, used in
            used = unsafe buffer.initialize(fromContentsOf: records)
        }
        self.restarts = restarts
    }

    /// Kinds are few in a segment, and mostly the ones just seen: a short list beats a dictionary.
    private static func index(of kind: Span<UInt8>, in kinds: inout [[UInt8]]) -> Int {
        for index in kinds.indices {
            let known = kinds[index]
            if kind.equals(known.span) { return index }
        }
        kinds.append(OwnedBytes(kind).array)
        return kinds.count - 1
    }

    /// Decodes the events from position `first` to `last` in order, until `body` returns false.
    func decode(from first: Int, through last: Int, _ body: (Record) -> Bool) {
        let restart = restarts[(first - firstPosition) / Self.stride]
        var position = firstPosition + (first - firstPosition) / Self.stride * Self.stride
        var wall = restart.wall
        var steady = restart.steady
        var offset = restart.offset
        let records = records
        let bytes = records.span
        while position <= last {
            let delta = Int64(Varint.read(bytes, at: &offset))
            wall += delta
            steady += delta + Varint.unzigzag(Varint.read(bytes, at: &offset))
            let kindIndex = Int(Varint.read(bytes, at: &offset))
            let payloadCount = Int(Varint.read(bytes, at: &offset))
            let payload = offset..<(offset + payloadCount)
            offset += payloadCount
            if position >= first {
                let record = Record(
                    position: position, wall: wall, steady: steady, kindIndex: kindIndex, payload: payload)
                guard body(record) else { return }
            }
            position += 1
        }
    }

    /// When the event at `position` was appended, on the steady clock. Decodes at most ``stride`` records.
    func steady(at position: Int) -> Int64 {
        var steady: Int64 = 0
        decode(from: position, through: position) { record in
            steady = record.steady
            return true
        }
        return steady
    }

    /// For each event, when it was appended and how many bytes its wire form has: what eviction needs.
    func index() -> [(steady: Int64, byteCount: Int)] {
        var entries: [(steady: Int64, byteCount: Int)] = []
        entries.reserveCapacity(count)
        decode(from: firstPosition, through: firstPosition + count - 1) { record in
            let bytes = EventWire.byteCount(
                id: id(at: record.position), wall: record.wall, kindCount: kinds[record.kindIndex].count,
                payloadCount: record.payload.count)
            entries.append((record.steady, bytes))
            return true
        }
        return entries
    }

    /// The events from position `first` to `last` in wire form.
    func expand(from first: Int, through last: Int) -> EventSlice {
        var segment = EventSegment(firstPosition: first, capacity: (last - first + 1) * 160)
        decode(from: first, through: last) { record in
            append(record, to: &segment)
            return true
        }
        return segment.slice(from: first, through: last)
    }

    /// Calls `body` with the position of each event of a wanted kind, from `first` to `last`, until it returns false.
    func forEachMatch(_ filter: KindFilter, from first: Int, through last: Int, _ body: (Record) -> Bool) {
        let isWanted = kinds.map { filter.matches($0.span) }
        guard isWanted.contains(true) else { return }
        decode(from: first, through: last) { record in isWanted[record.kindIndex] ? body(record) : true }
    }

    /// Writes a decoded event behind those of `segment`, which may leave events out.
    func append(_ record: Record, to segment: inout EventSegment) {
        let kind = kinds[record.kindIndex]
        let records = records
        _ = segment.append(
            id: id(at: record.position), timestamp: EventTimestamp(micros: record.wall), steady: record.steady,
            kind: kind.span, payload: records.span.extracting(record.payload))
    }

    private func id(at position: Int) -> Int { firstID + position - firstPosition }
}
