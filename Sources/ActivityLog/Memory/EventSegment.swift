/// The events of one aligned run of 256 ids, in wire form: ids `256n + 1` to `256n + 256`.
///
/// Because runs are aligned, the segment and the slot of an id are two shifts away, however many events a log holds.
struct EventSegment {
    /// Ids in a segment.
    static let span = 256

    private(set) var block: EventBlock
    /// Position in the run (0 to 255) of the first event stored; not 0 after a clear in mid-run or a
    /// ``dropFirst(before:)``.
    private(set) var firstPosition: Int
    /// Events stored.
    private(set) var count = 0
    /// Bytes of them.
    private(set) var used = 0

    /// Makes an empty segment whose first event will be at `firstPosition`, with room for about `capacity` bytes.
    init(firstPosition: Int, capacity: Int) {
        self.firstPosition = firstPosition
        block = EventBlock(capacity: capacity)
    }

    /// Whether the run's last id is stored.
    var isFull: Bool { firstPosition + count == Self.span }

    /// What the block needs for the events stored: the size hint for the next segment.
    var footprint: Int { used + count * EventBlock.slotBytes }

    /// Appends the event with the next id of the run; returns the bytes that it takes in its wire form.
    ///
    /// Amortised O(bytes): a block that is full is replaced by one of twice its size, while readers keep the old one.
    @inline(__always)
    mutating func append(
        id: Int, timestamp: EventTimestamp, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>
    ) -> Int {
        let most = kind.count + payload.count + EventWire.mostOverhead
        let needed = used + most + (count + 1) * EventBlock.slotBytes
        if needed > block.capacity { grow(to: needed) }
        // SAFETY: the block has room for `most` bytes behind `used`, below the slots.
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

    /// Bytes in the block before the event at `position`.
    func offset(of position: Int) -> Int {
        let index = position - firstPosition
        return index == 0 ? 0 : Int(block.slot(index - 1).end)
    }

    /// Gives back the memory of the events before `position`, which must be stored. O(bytes that stay).
    mutating func dropFirst(before position: Int) {
        let dropped = position - firstPosition
        let start = offset(of: position)
        let rest = EventBlock(capacity: footprint - start - dropped * EventBlock.slotBytes)
        rest.copy(from: block, bytes: start..<used, slots: dropped..<count)
        block = rest
        firstPosition = position
        count -= dropped
        used -= start
    }

    /// Bytes of the event at `position` in its wire form.
    func byteCount(at position: Int) -> Int {
        Int(block.slot(position - firstPosition).end) - offset(of: position) - 1
    }

    /// When the event at `position` was appended, on the steady clock.
    func steady(at position: Int) -> Int64 {
        block.slot(position - firstPosition).steady
    }

    /// The events from position `first` to `last`, both stored.
    func slice(from first: Int, through last: Int) -> EventSlice {
        EventSlice(block: block, firstIndex: first - firstPosition, count: last - first + 1)
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = EventBlock(capacity: max(needed, block.capacity * 2))
        larger.copy(from: block, bytes: 0..<used, slots: 0..<count)
        block = larger
    }
}
