internal import ByteBuffers

/// A run of stored events, shared with the log without a copy.
///
/// It keeps its memory alive by itself: eviction, clearing and growth of the log do not change what it shows.
package struct EventSlice: Sendable {
    private let block: EventBlock
    private let firstIndex: Int
    /// Number of events, at least 1.
    package let count: Int

    init(block: EventBlock, firstIndex: Int, count: Int) {
        precondition(count > 0)
        self.block = block
        self.firstIndex = firstIndex
        self.count = count
    }

    /// What must be kept alive while ``rawBytes`` are in use.
    package var owner: any AnyObject & Sendable { block }

    /// The address range of ``bytes``, for scatter-gather output; valid while ``owner`` is retained.
    package var rawBytes: UnsafeRawBufferPointer {
        let start = offset(of: 0)
        return unsafe UnsafeRawBufferPointer(start: block.base + start, count: offset(of: count) - start)
    }

    /// Bytes of the events in their wire form, each with its comma.
    package var byteCount: Int { offset(of: count) - offset(of: 0) }

    /// The wire form of the events, **each followed by a comma**.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { span(from: offset(of: 0), to: offset(of: count)) }
    }

    /// The wire form of one event (0 to `count - 1`), without the comma.
    @_lifetime(borrow self)
    package func event(at index: Int) -> Span<UInt8> {
        precondition(index >= 0 && index < count)
        return span(from: offset(of: index), to: offset(of: index + 1) - 1)
    }

    /// Id of the first event. O(1): read from its bytes.
    package var firstID: Int { id(at: 0) }

    /// Id of one event. O(1): read from its bytes.
    func id(at index: Int) -> Int {
        let event = event(at: index)
        let start = 6  // {"id":
        guard let comma = event.firstIndex(of: UInt8(ascii: ","), from: start),
            let id = event.extracting(start..<comma).decimal
        else { preconditionFailure("a stored event begins with its id") }
        return id
    }

    /// The escaped kind of one event, the inside of its JSON string.
    @_lifetime(borrow self)
    package func kind(at index: Int) -> Span<UInt8> {
        precondition(index >= 0 && index < count)
        let slot = block.slot(firstIndex + index)
        let start = offset(of: index) + Int(slot.kindOffset)
        return span(from: start, to: start + Int(slot.kindCount))
    }

    /// The payload of one event.
    @_lifetime(borrow self)
    func payload(at index: Int) -> Span<UInt8> {
        let slot = block.slot(firstIndex + index)
        let start = offset(of: index) + Int(slot.kindOffset) + Int(slot.kindCount) + EventWire.kindToPayload
        return span(from: start, to: Int(slot.end) - 2)  // without the closing brace and the comma
    }

    /// The time stamp of one event, in microseconds since the Unix epoch: read from its digits.
    package func timestamp(at index: Int) -> Int64 {
        let event = event(at: index)
        let kindOffset = Int(block.slot(firstIndex + index).kindOffset)
        var micros: Int64 = 0
        // The digits end where `,"kind":"` begins; they are read backwards to where `:` ends them.
        var scale: Int64 = 1
        var position = kindOffset - EventWire.timestampToKind - 1
        while event[position] != UInt8(ascii: ":") {
            if event[position] != UInt8(ascii: ".") {
                micros += Int64(event[position] - UInt8(ascii: "0")) * scale
                scale &*= 10
            }
            position -= 1
        }
        return micros
    }

    /// The events `range` of this slice, which must not be empty.
    func subslice(_ range: Range<Int>) -> EventSlice {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return EventSlice(block: block, firstIndex: firstIndex + range.lowerBound, count: range.count)
    }

    private func offset(of index: Int) -> Int {
        let position = firstIndex + index
        return position == 0 ? 0 : Int(block.slot(position - 1).end)
    }

    @_lifetime(borrow self)
    private func span(from start: Int, to end: Int) -> Span<UInt8> {
        // SAFETY: the log published these events before it made the slice, and their bytes never change; the block
        // lives as long as `self`.
        let view = unsafe UnsafeBufferPointer(start: UnsafePointer(block.bytes + start), count: end - start).span
        return unsafe _overrideLifetime(view, borrowing: self)
    }
}
