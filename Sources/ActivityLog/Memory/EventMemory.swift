private import Glibc
private import Synchronization

/// Where the memory of events comes from: blocks up to 64 KiB from slabs of their own, larger ones from `malloc`.
///
/// On the heap, the first block of each log would lie between its log's objects and those of the next one. Those live as
/// long as the process, so the holes that expired events leave could never go back to the kernel; a workspace that had
/// a few events once would cost twice of what it needs. A slab whose blocks are all returned is given back as a whole.
///
/// Safe from any thread. O(1), but for a call of the kernel for each slab.
enum EventMemory {
    /// Slabs asked of the kernel at once; their pages cost nothing until they are used.
    private static let slabsInRegion = 16

    private static let pool = Mutex(SlabPool())

    /// A block of at least `capacity` bytes, 16-aligned, and its true capacity, a multiple of 16.
    static func allocate(_ capacity: Int) -> (base: UnsafeMutableRawPointer, capacity: Int) {
        guard let sizeClass = SlabPool.sizeClass(for: capacity) else {
            let rounded = (capacity + 15) / 16 * 16
            guard let block = malloc(rounded) else { fatalError("out of memory: \(rounded) bytes") }
            return unsafe (block, rounded)
        }
        while true {
            // SAFETY: the block is this caller's alone until it is returned.
            let address = pool.withLock { unsafe UInt(bitPattern: $0.take(sizeClass)) }
            if let block = UnsafeMutableRawPointer(bitPattern: address) {
                return unsafe (block, SlabPool.blockBytes(of: sizeClass))
            }
            addRegion(to: SlabPool.Tier(of: sizeClass))
        }
    }

    /// Takes back a block of which `allocate` said this capacity.
    static func deallocate(_ base: UnsafeMutableRawPointer, capacity: Int) {
        guard let sizeClass = SlabPool.sizeClass(for: capacity) else { return free(base) }
        let address = UInt(bitPattern: base)
        let emptied: UInt? = pool.withLock { pool in
            guard let block = UnsafeMutableRawPointer(bitPattern: address) else { return nil }
            return unsafe pool.giveBack(block, to: sizeClass)?.address
        }
        guard let emptied, let slab = Slab(address: emptied) else { return }
        let tier = SlabPool.Tier(of: sizeClass)
        // Outside of the lock: the slab is in no list now, and no block of it is in use.
        _ = madvise(UnsafeMutableRawPointer(bitPattern: emptied), tier.slabBytes, MADV_DONTNEED)
        pool.withLock { $0.add(slab, to: tier) }
    }

    private static func addRegion(to tier: SlabPool.Tier) {
        // One slab more, for the alignment.
        let byteCount = (slabsInRegion + 1) * tier.slabBytes
        let mapping = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { fatalError("out of memory: \(byteCount) bytes") }
        // Huge pages would make a few small logs resident by the megabyte.
        _ = madvise(mapping, byteCount, MADV_NOHUGEPAGE)
        let slabBytes = UInt(tier.slabBytes)
        let start = (UInt(bitPattern: mapping) + slabBytes - 1) / slabBytes * slabBytes
        pool.withLock { pool in
            // The last one added is used first.
            for index in (0..<UInt(slabsInRegion)).reversed() {
                if let slab = Slab(address: start + index * slabBytes) { pool.add(slab, to: tier) }
            }
        }
    }
}
