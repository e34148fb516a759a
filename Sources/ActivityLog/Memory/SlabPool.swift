/// Slabs by size class: which of them have a free block, and which are empty. The state behind ``EventMemory``.
///
/// Each operation is O(1) and calls nothing: what the kernel has to do is left to the caller, outside of the lock.
struct SlabPool {
    /// Bytes of the blocks of a class, 0 to 16: 256, 384, 512, 768, … 48 Ki, 64 Ki. Steps of a half and a third, so that at
    /// most a third of a block is unused.
    static func blockBytes(of sizeClass: Int) -> Int { (sizeClass % 2 == 0 ? 256 : 384) << (sizeClass / 2) }

    /// Two sizes of slabs: small ones empty sooner, large ones lose less behind their last block.
    enum Tier: Int, CaseIterable {
        case small, large

        /// Size and alignment of a slab.
        var slabBytes: Int { self == .small ? 64 << 10 : 1 << 20 }

        /// The tier of a class: small for blocks up to 4 KiB.
        init(of sizeClass: Int) { self = sizeClass < 9 ? .small : .large }
    }

    /// For each class, the address of the first slab with a free block; 0 when there is none.
    private var available = InlineArray<17, UInt>(repeating: 0)
    /// For each tier, slabs without a block in use that belong to no class; their memory is with the kernel.
    private var empty = InlineArray<2, [UInt]>(repeating: [])

    /// The smallest class whose blocks hold `capacity` bytes; nil above 64 KiB.
    static func sizeClass(for capacity: Int) -> Int? {
        guard capacity > 256 else { return 0 }
        guard capacity <= 64 << 10 else { return nil }
        // Between two powers of two there is one class in the middle.
        let last = capacity - 1
        let power = Int.bitWidth - 1 - last.leadingZeroBitCount
        return 2 * (power - 8) + (last >> (power - 1) & 1) + 1
    }

    /// A block of a class; nil when there is no slab for it, and the caller has to ``add(_:to:)`` one.
    mutating func take(_ sizeClass: Int) -> UnsafeMutableRawPointer? {
        guard let slab = Slab(address: available[sizeClass]) ?? adopt(into: sizeClass) else { return nil }
        let block = slab.takeBlock()
        if slab.isFull { unlink(slab, from: sizeClass) }
        return block
    }

    /// Takes a block back. Returns its slab when that has become empty and is not the last one of its class with room:
    /// the caller gives its memory to the kernel and then adds it again.
    mutating func giveBack(_ block: UnsafeMutableRawPointer, to sizeClass: Int) -> Slab? {
        let slab = Slab(of: block, slabBytes: Tier(of: sizeClass).slabBytes)
        let wasFull = slab.isFull
        slab.returnBlock(block)
        if wasFull { link(slab, into: sizeClass) }
        // The last one stays, or a log that takes and returns one block would go to the kernel each time.
        guard slab.header.used == 0, slab.header.next != 0 || slab.header.previous != 0 else { return nil }
        unlink(slab, from: sizeClass)
        return slab
    }

    /// Adds a slab that belongs to no class.
    mutating func add(_ slab: Slab, to tier: Tier) {
        empty[tier.rawValue].append(slab.address)
    }

    private mutating func adopt(into sizeClass: Int) -> Slab? {
        let tier = Tier(of: sizeClass)
        guard let address = empty[tier.rawValue].popLast(), let slab = Slab(address: address) else { return nil }
        slab.header = Slab.Header(slabBytes: UInt32(tier.slabBytes), blockBytes: UInt32(Self.blockBytes(of: sizeClass)))
        link(slab, into: sizeClass)
        return slab
    }

    private mutating func link(_ slab: Slab, into sizeClass: Int) {
        slab.header.next = available[sizeClass]
        slab.header.previous = 0
        Slab(address: available[sizeClass])?.header.previous = slab.address
        available[sizeClass] = slab.address
    }

    private mutating func unlink(_ slab: Slab, from sizeClass: Int) {
        let header = slab.header
        if let previous = Slab(address: header.previous) {
            previous.header.next = header.next
        } else {
            available[sizeClass] = header.next
        }
        Slab(address: header.next)?.header.previous = header.previous
        slab.header.next = 0
        slab.header.previous = 0
    }
}
