private import Glibc

/// A growable run of bytes in one `malloc` block, with a single owner.
///
/// The hot path builds replies and stored events in it: appending allocates only when the block has to grow, no
/// value is ever zeroed, and ownership of the block can be handed to C without a copy (``release()``).
/// It is not an array: it has no value semantics, cannot be copied by accident and does not shrink.
///
/// Not synchronised: one thread at a time.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer?
    /// Bytes written.
    @usableFromInline var used: Int
    /// Bytes of the block.
    @usableFromInline var room: Int

    /// Makes an empty buffer; a `capacity` of 0 allocates nothing until the first append.
    public init(capacity: Int = 0) {
        base = nil
        used = 0
        room = 0
        if capacity > 0 { grow(to: capacity) }
    }

    deinit {
        free(base)
    }

    /// Bytes written.
    @inlinable public var count: Int { used }

    /// Bytes that fit before the block has to grow.
    @inlinable public var capacity: Int { room }

    /// Whether nothing has been written.
    @inlinable public var isEmpty: Bool { used == 0 }

    /// The bytes written so far.
    @inlinable public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: `base` holds `count` initialised bytes for as long as `self` is borrowed.
            let view = unsafe UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UInt8.self), count: count).span
            return unsafe _overrideLifetime(view, borrowing: self)
        }
    }

    /// Makes room for `additional` more bytes. Amortised O(1): the block at least doubles.
    @inlinable @inline(__always)
    public mutating func reserve(_ additional: Int) {
        if count + additional > capacity { grow(to: max(count + additional, capacity * 2)) }
    }

    /// Makes room as ``reserve(_:)`` does; false, with nothing changed, when there is no memory for it.
    public mutating func tryReserve(_ additional: Int) -> Bool {
        let (wanted, isTooMuch) = count.addingReportingOverflow(additional)
        guard !isTooMuch else { return false }
        guard wanted > capacity else { return true }
        // Twice as much, or where that is too much, what is needed.
        for size in [max(wanted, capacity &* 2, 64), wanted] {
            guard let block = realloc(base, size) else { continue }
            base = block
            room = size
            return true
        }
        return false
    }

    /// Makes the block one of at least `newCapacity` bytes, and of just as many when it has to grow. False, and the bytes
    /// stay as they are, when memory is short: for what a client decides the size of.
    public mutating func grow(toCapacity newCapacity: Int) -> Bool {
        guard newCapacity > capacity else { return true }
        guard let block = realloc(base, newCapacity) else { return false }
        base = block
        room = newCapacity
        return true
    }

    /// Appends one byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe pointer.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        used += 1
    }

    /// Appends a copy of `bytes`.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: Span<UInt8>) {
        let added = bytes.count
        guard added > 0 else { return }
        reserve(added)
        bytes.withUnsafeBytes { source in
            // SAFETY: `reserve` made room for `added` bytes, and a span never overlaps the unwritten rest of the block.
            if let start = source.baseAddress { unsafe (pointer + count).copyMemory(from: start, byteCount: added) }
        }
        used += added
    }

    /// Appends the UTF-8 bytes of a literal.
    @inlinable @inline(__always)
    public mutating func append(_ literal: StaticString) {
        let added = literal.utf8CodeUnitCount
        reserve(added)
        // SAFETY: a StaticString made from a literal of more than one scalar points at `utf8CodeUnitCount` constant bytes.
        if literal.hasPointerRepresentation {
            unsafe (pointer + count).copyMemory(from: literal.utf8Start, byteCount: added)
        }
        used += added
    }

    /// Appends the UTF-8 bytes of a string. Not for the hot path: use a literal or a span there.
    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { source in
            guard let start = source.baseAddress, source.count > 0 else { return }
            reserve(source.count)
            // SAFETY: `reserve` made room for `source.count` bytes.
            unsafe memcpy(pointer + count, start, source.count)
            used += source.count
        }
    }

    /// Lets `write` fill up to `additional` bytes of fresh room and returns how many it wrote.
    ///
    /// The room is uninitialised. `write` must return a number from 0 to `additional` and must have initialised that
    /// many bytes from the start.
    @inlinable @inline(__always)
    public mutating func appendUnsafe(upTo additional: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(additional)
        let written = unsafe write((pointer + count).assumingMemoryBound(to: UInt8.self))
        precondition(written >= 0 && written <= additional, "wrote past the reserved room")
        used += written
    }

    /// Forgets the bytes after the first `newCount`, keeping the block.
    @inlinable
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        used = newCount
    }

    /// Forgets all bytes. The block stays unless it is larger than `keptCapacity` bytes.
    @inlinable
    public mutating func removeAll(keepingAtMost keptCapacity: Int = .max) {
        used = 0
        if capacity > keptCapacity { freeBlock() }
    }

    /// Gives up the block: the caller now owns it and must `free` it. Returns nil when nothing was ever allocated.
    public consuming func release() -> UnsafeMutableRawPointer? {
        let block = base
        discard self
        return block
    }

    /// Moves the bytes out and leaves an empty buffer behind.
    public mutating func take() -> ByteBuffer {
        let taken = ByteBuffer(adopting: base, count: count, capacity: capacity)
        base = nil
        used = 0
        room = 0
        return taken
    }

    private init(adopting base: UnsafeMutableRawPointer?, count: Int, capacity: Int) {
        self.base = base
        used = count
        room = capacity
    }

    @usableFromInline @inline(__always)
    var pointer: UnsafeMutableRawPointer {
        guard let base else { preconditionFailure("no room was reserved") }
        return base
    }

    @usableFromInline
    mutating func freeBlock() {
        free(base)
        base = nil
        room = 0
    }

    @usableFromInline @inline(never)
    mutating func grow(to wanted: Int) {
        let newCapacity = max(wanted, 64)
        guard let block = realloc(base, newCapacity) else { fatalError("out of memory: \(newCapacity) bytes") }
        base = block
        room = newCapacity
    }
}

// SAFETY: the block has exactly one owner, this noncopyable value; moving the value moves the only reference.
extension ByteBuffer: @unchecked Sendable {}
