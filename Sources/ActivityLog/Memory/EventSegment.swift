/// A run of up to 256 events in wire form, in one block.
struct EventSegment {
    /// Most events in a segment.
    static let mostEvents = 256
    /// Bytes beyond which a block does not grow: a larger event has one of its own.
    static let mostBlockBytes = SlabPool.mostBlockBytes

    private(set) var block: EventBlock
    /// Id of the first event stored, or to be stored.
    private(set) var firstID: Int
    /// Events stored.
    private(set) var count = 0
    /// Bytes of them.
    private(set) var used = 0

    /// Makes an empty segment whose first event will have the id `firstID`, with room for about `capacity` bytes; nil when
    /// there is no memory.
    init?(firstID: Int, capacity: Int, memory: EventMemory) {
        guard let block = EventBlock(capacity: capacity, from: memory) else { return nil }
        self.firstID = firstID
        self.block = block
    }

    /// What the block needs for the events stored: the size hint for the next segment.
    var footprint: Int { used + count * EventBlock.slotBytes }

    /// Bytes of the events in their wire form, without the commas between them.
    var byteCount: Int { used - count }

    /// What became of an event that was to be appended.
    enum Appending: Equatable {
        /// It is there, and has so many bytes in its wire form.
        case appended(Int)
        /// It belongs into another segment: this one is full, or would become too large.
        case full
        /// There is no memory.
        case outOfMemory
    }

    /// Bytes that an event may need of a block.
    static func mostBytes(kind: Span<UInt8>, payload: Span<UInt8>) -> Int {
        kind.count + payload.count + EventWire.mostOverhead + EventBlock.slotBytes
    }

    /// Appends an event; in a log the one with the next id, `firstID + count`.
    ///
    /// Amortised O(bytes): a block that is full is replaced by one of twice its size, up to `mostBytes`, while readers keep
    /// the old one.
    mutating func append(
        id: Int, timestamp: EventTimestamp, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>, memory: EventMemory,
        mostBytes: Int = mostBlockBytes
    ) -> Appending {
        guard count < Self.mostEvents else { return .full }
        let needed = footprint + Self.mostBytes(kind: kind, payload: payload)
        if needed > block.capacity {
            guard count == 0 || needed <= mostBytes else { return .full }
            guard grow(to: needed, most: mostBytes, memory) else { return .outOfMemory }
        }
        let added = appendFitting(id: id, timestamp: timestamp, steady: steady, kind: kind, payload: payload)
        return added.map { .appended($0) } ?? .full
    }

    /// Appends an event if the block has room for it; returns the bytes of its wire form, nil when it has not.
    @inline(__always)
    mutating func appendFitting(
        id: Int, timestamp: EventTimestamp, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>
    ) -> Int? {
        guard count < Self.mostEvents, footprint + Self.mostBytes(kind: kind, payload: payload) <= block.capacity else {
            return nil
        }
        // SAFETY: the block has room for what the event may need after `used`, below the slots.
        let room = unsafe block.bytes + used
        let layout = unsafe EventWire.write(id: id, timestamp: timestamp, kind: kind, payload: payload, to: room)
        unsafe room[layout.byteCount] = UInt8(ascii: ",")
        used += layout.byteCount + 1
        block.setSlot(
            count,
            to: EventBlock.Slot(
                steady: steady, end: UInt32(used), kindOffset: UInt16(truncatingIfNeeded: layout.kindOffset),
                kindCount: UInt16(kind.count)))
        count += 1
        return layout.byteCount
    }

    /// Bytes in the block before the event at `index`.
    func offset(of index: Int) -> Int {
        index == 0 ? 0 : Int(block.slot(index - 1).end)
    }

    /// Gives back the memory of the first `dropped` events, less than there are. O(bytes that stay). Does nothing when there
    /// is no memory for the copy.
    mutating func dropFirst(_ dropped: Int, memory: EventMemory) {
        let start = offset(of: dropped)
        let rest = EventBlock(capacity: footprint - start - dropped * EventBlock.slotBytes, from: memory)
        guard let rest else { return }
        rest.copy(from: block, bytes: start..<used, slots: dropped..<count)
        block = rest
        firstID += dropped
        count -= dropped
        used -= start
    }

    /// Bytes of the event at `index` in its wire form.
    func byteCount(at index: Int) -> Int {
        Int(block.slot(index).end) - offset(of: index) - 1
    }

    /// When the event at `index` was appended, on the steady clock.
    func steady(at index: Int) -> Int64 {
        block.slot(index).steady
    }

    /// The events at `range`, not empty.
    func slice(_ range: Range<Int>) -> EventSlice {
        EventSlice(block: block, firstIndex: range.lowerBound, count: range.count)
    }

    @inline(never)
    private mutating func grow(to needed: Int, most: Int, _ memory: EventMemory) -> Bool {
        let capacity = max(needed, min(block.capacity * 2, most))
        guard let larger = EventBlock(capacity: capacity, from: memory) else { return false }
        larger.copy(from: block, bytes: 0..<used, slots: 0..<count)
        block = larger
        return true
    }
}
