/// A run of address space, aligned to its size, cut into blocks of one size class. A view: its state is in its first
/// bytes, so that freeing a block needs no more than its address and its class.
///
/// ```
/// [header][block][block][block]     ……     [never used]
/// ```
/// A returned block holds the offset of the one returned before it. Not synchronised; ``SlabPool`` is behind a lock.
///
/// SAFETY: an address is one that the pool was given, of `slabBytes` that are mapped, zero or with a header written by
/// `adopt`; offsets are those that `takeBlock` and `returnBlock` made, so what they lead to lies within the slab.
struct Slab: Equatable {
    /// Bytes before the first block.
    static let headerBytes = 64

    /// What a slab knows of itself.
    struct Header: BitwiseCopyable {
        /// Size and alignment of the slab.
        var slabBytes: UInt32
        /// Bytes of a block.
        var blockBytes: UInt32
        /// Blocks in use.
        var used: UInt32 = 0
        /// Where the blocks begin that were never used.
        var fresh: UInt32 = UInt32(Slab.headerBytes)
        /// The block returned last, as an offset; 0 when there is none.
        var returned: UInt32 = 0
        /// Addresses of the neighbours in the list of slabs of this size class with a free block; 0 at its ends.
        var next: UInt = 0
        var previous: UInt = 0
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
    var isFull: Bool {
        let header = header
        return header.returned == 0 && header.fresh + header.blockBytes > header.slabBytes
    }

    /// Takes a block of a slab that is not full: the one returned last, whose memory is warm, or a new one.
    func takeBlock() -> UnsafeMutableRawPointer {
        precondition(!isFull)
        var header = header
        let offset = header.returned == 0 ? header.fresh : header.returned
        let block = unsafe base + Int(offset)
        if header.returned == 0 {
            header.fresh += header.blockBytes
        } else {
            header.returned = unsafe block.load(as: UInt32.self)
        }
        header.used += 1
        self.header = header
        return unsafe block
    }

    /// Takes a block of this slab back.
    func returnBlock(_ block: UnsafeMutableRawPointer) {
        var header = header
        precondition(header.used > 0)
        unsafe block.storeBytes(of: header.returned, as: UInt32.self)
        header.returned = UInt32(unsafe block - base)
        header.used -= 1
        self.header = header
    }
}
