private import Glibc
package import MemoryBudget
private import Synchronization

/// Where the memory of events comes from: blocks up to 64 KiB from slabs of their own, larger ones mapped one by one.
///
/// On the heap, the first block of each log would lie between its log's objects and those of the next one. Those live as
/// long as the process, so the holes that expired events leave could never go back to the kernel; a workspace that had
/// a few events once would cost twice of what it needs. A slab whose blocks are all returned is given back as a whole, and
/// what is free in others by ``trim()``.
///
/// What may be resident is counted in the budget, as ``MemoryBudget/Use/events``. Safe from any thread. O(1), but for a call
/// of the kernel for each slab. It lives as long as its blocks do.
package final class EventMemory: Sendable {
    /// Slabs asked of the kernel at once; their pages cost nothing until they are used.
    private static let slabsInRegion = 16
    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Where it is counted.
    package let budget: MemoryBudget
    private let pool = Mutex(SlabPool())
    /// What was mapped for slabs.
    private let regions = Mutex<[Range<UInt>]>([])

    /// Makes a memory that is counted in `budget`; without one it is bounded by the kernel only.
    package init(budget: MemoryBudget = MemoryBudget(limit: 0)) {
        self.budget = budget
    }

    deinit {
        // No block is left: each of them keeps this object alive.
        for region in regions.withLock({ $0 }) {
            _ = munmap(UnsafeMutableRawPointer(bitPattern: region.lowerBound), region.count)
        }
        budget.release(pool.withLock { $0.residentBytes }, for: .events)
    }

    /// A block of at least `capacity` bytes, 16-aligned, and its true capacity, a multiple of 16; nil when the kernel has no
    /// memory left.
    func allocate(_ capacity: Int) -> (base: UnsafeMutableRawPointer, capacity: Int)? {
        guard let sizeClass = SlabPool.sizeClass(for: capacity) else { return unsafe map(capacity) }
        while true {
            // SAFETY: the block is this caller's alone until it is returned.
            let (address, growth) = pool.withLock { pool in
                let before = pool.residentBytes
                return unsafe (UInt(bitPattern: pool.take(sizeClass)), pool.residentBytes - before)
            }
            if let block = UnsafeMutableRawPointer(bitPattern: address) {
                if growth > 0 { budget.reserveAnyway(growth, for: .events) }
                return unsafe (block, SlabPool.blockBytes(of: sizeClass))
            }
            guard addRegion(to: SlabPool.Tier(of: sizeClass)) else { return nil }
        }
    }

    /// Takes back a block of which `allocate` said this capacity.
    func deallocate(_ base: UnsafeMutableRawPointer, capacity: Int) {
        guard let sizeClass = SlabPool.sizeClass(for: capacity) else {
            _ = munmap(base, capacity)
            return budget.release(capacity, for: .events)
        }
        let address = UInt(bitPattern: base)
        let (emptied, shrinkage): (UInt?, Int) = pool.withLock { pool in
            guard let block = UnsafeMutableRawPointer(bitPattern: address) else { return (nil, 0) }
            let before = pool.residentBytes
            let slab = unsafe pool.giveBack(block, to: sizeClass)
            return (slab?.address, before - pool.residentBytes)
        }
        guard let emptied, let slab = Slab(address: emptied) else { return }
        // Outside of the lock: the slab is in no list now, and no block of it is in use.
        release(slab, SlabPool.Tier(of: sizeClass))
        budget.release(shrinkage, for: .events)
    }

    /// Gives the kernel what is free. O(slabs with room); one lock for each size class, held while the kernel works.
    package func trim() {
        for sizeClass in 0..<SlabPool.classCount {
            let tier = SlabPool.Tier(of: sizeClass)
            let (slabs, shrinkage) = pool.withLock { pool in
                let before = pool.residentBytes
                let idle = pool.takeIdle(of: sizeClass, pageBytes: Self.pageBytes)
                for run in idle.runs {
                    _ = madvise(UnsafeMutableRawPointer(bitPattern: run.lowerBound), run.count, MADV_DONTNEED)
                }
                return (idle.slabs.map(\.address), before - pool.residentBytes)
            }
            for address in slabs {
                if let slab = Slab(address: address) { release(slab, tier) }
            }
            if shrinkage > 0 { budget.release(shrinkage, for: .events) }
        }
    }

    /// Gives the memory of an empty slab back, and keeps its addresses.
    private func release(_ slab: Slab, _ tier: SlabPool.Tier) {
        _ = madvise(UnsafeMutableRawPointer(bitPattern: slab.address), tier.slabBytes, MADV_DONTNEED)
        pool.withLock { $0.add(slab, to: tier) }
    }

    private func map(_ capacity: Int) -> (base: UnsafeMutableRawPointer, capacity: Int)? {
        let byteCount = (capacity + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
        guard let mapping = Self.mapped(byteCount) else { return nil }
        budget.reserveAnyway(byteCount, for: .events)
        return unsafe (mapping, byteCount)
    }

    private func addRegion(to tier: SlabPool.Tier) -> Bool {
        // One slab more, for the alignment.
        let byteCount = (Self.slabsInRegion + 1) * tier.slabBytes
        guard let mapping = Self.mapped(byteCount) else { return false }
        // Huge pages would make a few small logs resident by the megabyte.
        _ = madvise(mapping, byteCount, MADV_NOHUGEPAGE)
        let slabBytes = UInt(tier.slabBytes)
        let base = UInt(bitPattern: mapping)
        let start = (base + slabBytes - 1) / slabBytes * slabBytes
        regions.withLock { $0.append(base..<(base + UInt(byteCount))) }
        pool.withLock { pool in
            // The last one added is used first.
            for index in (0..<UInt(Self.slabsInRegion)).reversed() {
                if let slab = Slab(address: start + index * slabBytes) { pool.add(slab, to: tier) }
            }
        }
        return true
    }

    private static func mapped(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let mapping = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return mapping == MAP_FAILED ? nil : mapping
    }
}
