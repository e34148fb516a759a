private import Glibc

/// A block of event memory. In a segment: the wire bytes of its events from the front, one slot an event from the back.
///
/// ```
/// {"id":1,…},{"id":2,…},{"id":3,…},            ……            [slot 2][slot 1][slot 0]
/// └ bytes, each event followed by a comma ┘     free         └ 16 bytes each ┘
/// ```
///
/// Append-only: what lies before a published end never changes, so a reader that retains the block reads its range
/// without a lock while the log's owner writes behind it. The comma after each event makes any run of events a
/// ready-made piece of a JSON array.
///
/// How much is written is known only to the owner (``EventSegment``) and, for its own range, to an ``EventSlice``.
final class EventBlock {
    /// What is kept of an event beside its bytes.
    struct Slot: BitwiseCopyable {
        /// When it was appended, in microseconds of the steady clock.
        var steady: Int64
        /// Where its bytes end in the block, the comma included.
        var end: UInt32
        /// Where its kind begins, from its first byte.
        var kindOffset: UInt16
        /// Bytes of its kind.
        var kindCount: UInt16
    }

    /// Bytes of one slot.
    static let slotBytes = 16

    /// The start of the block, 16-aligned.
    let base: UnsafeMutableRawPointer
    /// Size of the block in bytes, a multiple of ``slotBytes``.
    let capacity: Int

    private let memory: EventMemory

    /// Takes a block of at least `capacity` bytes from `memory`; nil when there is none.
    init?(capacity: Int, from memory: EventMemory) {
        guard let (base, room) = unsafe memory.allocate(max(capacity, 256)) else { return nil }
        unsafe self.base = base
        self.capacity = room
        self.memory = memory
    }

    deinit {
        unsafe memory.deallocate(base, capacity: capacity)
    }

    /// The address of the bytes.
    var bytes: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }

    /// Reads the slot at `index`; the caller knows that it was written and published.
    @inline(__always)
    func slot(_ index: Int) -> Slot {
        unsafe base.load(fromByteOffset: capacity - (index + 1) * Self.slotBytes, as: Slot.self)
    }

    /// Writes the slot at `index`; only the owner, before it publishes the event.
    @inline(__always)
    func setSlot(_ index: Int, to slot: Slot) {
        unsafe base.storeBytes(of: slot, toByteOffset: capacity - (index + 1) * Self.slotBytes, as: Slot.self)
    }

    /// Copies a range of the bytes of `other`, and the slots of the events in them, into this, empty, block.
    func copy(from other: EventBlock, bytes: Range<Int>, slots: Range<Int>) {
        precondition(bytes.count + slots.count * Self.slotBytes <= capacity)
        unsafe memcpy(base, other.base + bytes.lowerBound, bytes.count)
        for index in slots {
            var slot = other.slot(index)
            slot.end -= UInt32(bytes.lowerBound)
            setSlot(index - slots.lowerBound, to: slot)
        }
    }
}

// SAFETY: its properties are constant; the memory behind `base` is written only by the log that owns the block, under
// its lock and only behind the ranges that it has published, and read only within published ranges.
extension EventBlock: @unchecked Sendable {}

extension EventBlock {
    /// Copies bytes into the block; only its maker, before it publishes it.
    func write(_ source: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && offset + source.count <= capacity)
        source.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { unsafe memcpy(base + offset, start, bytes.count) }
        }
    }

    /// Copies a value into the block, 8-aligned.
    func write<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= capacity)
        unsafe base.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }

    /// Reads a value that ``write(_:at:)`` wrote.
    func read<Value: BitwiseCopyable>(at offset: Int) -> Value {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= capacity)
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    /// Bytes that have been written.
    @_lifetime(borrow self)
    func span(_ range: Range<Int>) -> Span<UInt8> {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
        // SAFETY: the range lies in the block, which lives as long as `self`; what is published in it never changes.
        let view = unsafe UnsafeBufferPointer(start: UnsafePointer(bytes + range.lowerBound), count: range.count).span
        return unsafe _overrideLifetime(view, borrowing: self)
    }
}
