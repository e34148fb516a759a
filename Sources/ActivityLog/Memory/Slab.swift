/// A run of address space, aligned to its size, cut into blocks of one size class. A view: its state is in its first
/// bytes, so that freeing a block needs no more than its address and its class.
///
/// ```
/// [header][block][block][block]     ……     [never used]
/// ```
/// Two bits a block say whether it is in use, and whether its memory may be resident. Not synchronised; ``SlabPool`` is
/// behind a lock.
///
/// SAFETY: an address is one that the pool was given, of `slabBytes` that are mapped, zero or with a header written by
/// `adopt`; the index of a block is that of a bit below ``Header/blockCount``, so it lies within the slab.
struct Slab: Equatable {
    /// Bytes before the first block.
    static let headerBytes = 128
    /// Most blocks, for the bits.
    static let mostBlocks = 256

    /// What a slab knows of itself.
    struct Header: BitwiseCopyable {
        /// Size and alignment of the slab.
        var slabBytes: UInt32
        /// Bytes of a block.
        var blockBytes: UInt32
        /// Blocks in use.
        var used: UInt32 = 0
        /// Blocks whose memory may be resident, in use or not.
        var touched: UInt32 = 0
        /// Addresses of the neighbours in the list of slabs of this size class with a free block; 0 at its ends.
        var next: UInt = 0
        var previous: UInt = 0
        var usedBits = SIMD4<UInt64>()
        var touchedBits = SIMD4<UInt64>()

        /// Blocks that fit.
        var blockCount: Int { min((Int(slabBytes) - Slab.headerBytes) / Int(blockBytes), Slab.mostBlocks) }
    }

    private let base: UnsafeMutableRawPointer

    /// The slab at an address that the pool got from the kernel; nil for 0, the end of a list.
    init?(address: UInt) {
        guard let base = UnsafeMutableRawPointer(bitPattern: address) else { return nil }
        self.base = base
    }

    /// The slab, of `slabBytes`, that a block is in.
    init(of block: UnsafeMutableRawPointer, slabBytes: Int) {
        base = unsafe block - Int(bitPattern: block) % slabBytes
    }

    var address: UInt { UInt(bitPattern: base) }

    var header: Header {
        get { unsafe base.load(as: Header.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, as: Header.self) }
    }

    /// Whether every block is in use.
    var isFull: Bool { Int(header.used) == header.blockCount }

    /// Takes a block of a slab that is not full: one whose memory is resident already, else one that was never used.
    /// Returns whether more memory is resident now.
    func takeBlock() -> (block: UnsafeMutableRawPointer, isNew: Bool) {
        var header = header
        precondition(Int(header.used) < header.blockCount)
        let isNew = header.touched == header.used
        let index = Self.firstBit(isNew ? ~header.touchedBits : header.touchedBits & ~header.usedBits)
        header.usedBits[index >> 6] |= 1 << UInt64(index & 63)
        header.used += 1
        if isNew {
            header.touchedBits[index >> 6] |= 1 << UInt64(index & 63)
            header.touched += 1
        }
        self.header = header
        return (unsafe base + Self.headerBytes + index * Int(header.blockBytes), isNew)
    }

    /// Takes a block of this slab back. Its memory stays resident until ``takeIdleRuns()``.
    func returnBlock(_ block: UnsafeMutableRawPointer) {
        var header = header
        let index = unsafe (block - base - Self.headerBytes) / Int(header.blockBytes)
        let bit: UInt64 = 1 << UInt64(index & 63)
        precondition(header.usedBits[index >> 6] & bit != 0, "a block is returned once")
        header.usedBits[index >> 6] &= ~bit
        header.used -= 1
        self.header = header
    }

    /// Says that the memory of blocks that are not in use is resident no more, and returns where it lies: whole pages of
    /// `pageBytes`. A block that shares a page with one in use stays.
    func takeIdleRuns(pageBytes: Int) -> (runs: [Range<UInt>], bytes: Int) {
        var header = header
        var runs: [Range<UInt>] = []
        var bytes = 0
        let idle = header.touchedBits & ~header.usedBits
        guard idle != SIMD4<UInt64>() else { return ([], 0) }
        let page = UInt(pageBytes)
        var index = 0
        while index < header.blockCount {
            guard idle[index >> 6] >> UInt64(index & 63) & 1 == 1 else {
                index += 1
                continue
            }
            let first = index
            while index < header.blockCount, idle[index >> 6] >> UInt64(index & 63) & 1 == 1 { index += 1 }
            let start = address + UInt(Self.headerBytes + first * Int(header.blockBytes))
            let end = address + UInt(Self.headerBytes + index * Int(header.blockBytes))
            let (lower, upper) = ((start + page - 1) / page * page, end / page * page)
            guard lower < upper else { continue }
            runs.append(lower..<upper)
            for block in first..<index { header.touchedBits[block >> 6] &= ~(1 << UInt64(block & 63)) }
            header.touched -= UInt32(index - first)
            bytes += (index - first) * Int(header.blockBytes)
        }
        self.header = header
        return (runs, bytes)
    }

    private static func firstBit(_ bits: SIMD4<UInt64>) -> Int {
        for word in 0..<4 where bits[word] != 0 { return word * 64 + bits[word].trailingZeroBitCount }
        preconditionFailure("a slab that is not full has a free block")
    }
}
