/// Slabs by size class: which of them have a free block, and which are empty. The state behind ``EventMemory``.
///
/// Each operation but ``takeIdle(of:pageBytes:)`` is O(1) and calls nothing: what the kernel has to do is left to the caller, outside of
/// the lock.
struct SlabPool {
    /// Size classes: four a doubling from 256 bytes to 64 KiB, so that at most a fifth of a block is unused.
    static let classCount = 33
    /// The largest block.
    static let mostBlockBytes = 64 << 10

    /// Bytes of the blocks of a class: 256, 320, 384, 448, 512, 640, … 56 Ki, 64 Ki.
    static func blockBytes(of sizeClass: Int) -> Int { (256 + 64 * (sizeClass % 4)) << (sizeClass / 4) }

    /// Two sizes of slabs: small ones empty sooner, large ones lose less at their end.
    enum Tier: Int, CaseIterable {
        case small, large

        /// Size and alignment of a slab.
        var slabBytes: Int { self == .small ? 64 << 10 : 1 << 20 }

        /// The tier of a class: small for blocks below 4 KiB.
        init(of sizeClass: Int) { self = sizeClass < 16 ? .small : .large }
    }

    /// For each class, the address of the first slab with a free block; 0 when there is none.
    private var available = InlineArray<33, UInt>(repeating: 0)
    /// For each tier, slabs without a block in use that belong to no class; their memory is with the kernel.
    private var empty = InlineArray<2, [UInt]>(repeating: [])
    /// Bytes of blocks that may be resident, in use or not.
    private(set) var residentBytes = 0

    /// The smallest class whose blocks hold `capacity` bytes; nil above 64 KiB.
    static func sizeClass(for capacity: Int) -> Int? {
        guard capacity > 256 else { return 0 }
        guard capacity <= mostBlockBytes else { return nil }
        // Between two powers of two there are three classes at each quarter.
        let last = capacity - 1
        let power = Int.bitWidth - 1 - last.leadingZeroBitCount
        return 4 * (power - 8) + (last >> (power - 2) & 3) + 1
    }

    /// A block of a class; nil when there is no slab for it, and the caller has to ``add(_:to:)`` one.
    mutating func take(_ sizeClass: Int) -> UnsafeMutableRawPointer? {
        guard let slab = Slab(address: available[sizeClass]) ?? adopt(into: sizeClass) else { return nil }
        let (block, isNew) = unsafe slab.takeBlock()
        if isNew { residentBytes += Self.blockBytes(of: sizeClass) }
        if slab.isFull { unlink(slab, from: sizeClass) }
        return unsafe block
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
        drop(slab, from: sizeClass)
        return slab
    }

    /// Adds a slab that belongs to no class.
    mutating func add(_ slab: Slab, to tier: Tier) {
        empty[tier.rawValue].append(slab.address)
    }

    /// What the kernel can have back of a class: slabs without a block in use, which the caller adds again afterwards, and the
    /// pages of free blocks in large slabs, which the caller gives back before it lets anybody take or return a block.
    /// O(slabs of the class with room).
    mutating func takeIdle(of sizeClass: Int, pageBytes: Int) -> (slabs: [Slab], runs: [Range<UInt>]) {
        var slabs: [Slab] = []
        var runs: [Range<UInt>] = []
        var address = available[sizeClass]
        while let slab = Slab(address: address) {
            address = slab.header.next
            if slab.header.used == 0 {
                drop(slab, from: sizeClass)
                slabs.append(slab)
            } else if Tier(of: sizeClass) == .large {
                let idle = slab.takeIdleRuns(pageBytes: pageBytes)
                runs += idle.runs
                residentBytes -= idle.bytes
            }
        }
        return (slabs, runs)
    }

    private mutating func drop(_ slab: Slab, from sizeClass: Int) {
        unlink(slab, from: sizeClass)
        residentBytes -= Int(slab.header.touched) * Self.blockBytes(of: sizeClass)
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
