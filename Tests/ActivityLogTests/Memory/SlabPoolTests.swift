import TestSupport
import Testing

@testable import ActivityLog

/// The memory of small blocks, below the logs.
@Suite struct SlabPoolTests {
    private struct Held {
        let block: UnsafeMutableRawPointer
        let sizeClass: Int
        let mark: UInt8
    }

    @Test func aClassHoldsWhatItIsAskedForAndNotMuchMore() {
        for capacity in stride(from: 256, through: 65_536, by: 8) {
            let sizeClass = SlabPool.sizeClass(for: capacity)
            #expect(sizeClass != nil)
            let bytes = sizeClass.map { SlabPool.blockBytes(of: $0) } ?? 0
            #expect(bytes >= capacity && bytes <= max(capacity * 5 / 4 + 1, 256))
            #expect(bytes % 16 == 0)
            #expect(sizeClass == 0 || sizeClass.map { SlabPool.blockBytes(of: $0 - 1) < capacity } == true)
        }
        #expect(SlabPool.sizeClass(for: 65_537) == nil)
    }

    @Test func blocksOfAllSizesDoNotOverlapWhateverTheOrderOfTheirReturns() {
        let memory = EventMemory()
        var random = SeededGenerator(seed: 7)
        var held: [Held] = []
        for _ in 0..<20_000 {
            if held.count > 600 || (!held.isEmpty && random.next() % 3 == 0) {
                let one = held.remove(at: Int(random.next() % UInt64(held.count)))
                let bytes = UnsafeRawBufferPointer(start: one.block, count: SlabPool.blockBytes(of: one.sizeClass))
                #expect(bytes.first == one.mark && bytes.last == one.mark)
                memory.deallocate(one.block, capacity: bytes.count)
            } else {
                let wanted = Int(random.next() % (random.next() % 8 == 0 ? 65_536 : 4096)) + 1
                guard let (block, capacity) = memory.allocate(wanted) else { continue }
                #expect(capacity >= wanted && Int(bitPattern: block) % 16 == 0)
                let mark = UInt8(truncatingIfNeeded: random.next())
                block.initializeMemory(as: UInt8.self, repeating: mark, count: capacity)
                guard let sizeClass = SlabPool.sizeClass(for: capacity) else { continue }
                held.append(Held(block: block, sizeClass: sizeClass, mark: mark))
            }
        }
        for one in held { memory.deallocate(one.block, capacity: SlabPool.blockBytes(of: one.sizeClass)) }
    }

    @Test func aSlabGoesBackWhenItsLastBlockDoesUnlessItIsTheOnlyOneWithRoom() throws {
        let memory = EventMemory()
        let (base, _) = try #require(memory.allocate(1 << 20))
        defer { memory.deallocate(base, capacity: 1 << 20) }
        // Slabs on memory of the test's own, aligned as the kernel's are in the pool.
        let slabBytes = SlabPool.Tier.small.slabBytes
        let start = (UInt(bitPattern: base) + UInt(slabBytes) - 1) / UInt(slabBytes) * UInt(slabBytes)
        let slabs = (0..<2).compactMap { Slab(address: start + $0 * UInt(slabBytes)) }
        var pool = SlabPool()
        let sizeClass = try #require(SlabPool.sizeClass(for: 3584))
        #expect(pool.take(sizeClass) == nil)
        for slab in slabs { pool.add(slab, to: .small) }
        var blocks: [UnsafeMutableRawPointer] = []
        while let block = pool.take(sizeClass) { blocks.append(block) }
        #expect(blocks.count == 36)
        #expect(Set(blocks).count == 36)
        let first = blocks.filter { Slab(of: $0, slabBytes: slabBytes) == slabs[0] }
        let second = blocks.filter { Slab(of: $0, slabBytes: slabBytes) == slabs[1] }
        #expect(first.count == 18 && second.count == 18)
        for block in first { #expect(pool.giveBack(block, to: sizeClass) == nil) }
        var emptied: [Slab] = []
        for block in second { if let slab = pool.giveBack(block, to: sizeClass) { emptied.append(slab) } }
        #expect(emptied == [slabs[1]])
        // The one that stayed serves again, and the other one another class.
        #expect(pool.take(sizeClass).map { Slab(of: $0, slabBytes: slabBytes) } == slabs[0])
        let other = try #require(SlabPool.sizeClass(for: 300))
        #expect(pool.take(other) == nil)
        pool.add(slabs[1], to: .small)
        #expect(pool.take(other).map { Slab(of: $0, slabBytes: slabBytes) } == slabs[1])
    }
}
