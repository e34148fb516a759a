import CMalloc
import Foundation
import Testing

@testable import DaemonSupport

@Suite struct HeapTrimmerTests {
    /// Readings for a trimmer, and how often it has trimmed.
    private final class Memory {
        var resident: Int?
        var trims = 0
        var kept = 0

        init(resident: Int?) { self.resident = resident }

        func makeTrimmer() -> HeapTrimmer {
            HeapTrimmer(resident: { self.resident }) {
                self.trims += 1
                self.resident = self.kept
            }
        }
    }

    @Test func memoryThatHasNotGrownIsLeftAlone() {
        let memory = Memory(resident: 10 << 20)
        var trimmer = memory.makeTrimmer()
        for growth in [0, 1 << 20, 2 << 20] {
            memory.resident = 10 << 20 + growth
            trimmer.trimIfGrown()
        }
        #expect(memory.trims == 0)
    }

    @Test func memoryThatHasGrownIsTrimmedOnce() {
        let memory = Memory(resident: 10 << 20)
        var trimmer = memory.makeTrimmer()
        memory.resident = 30 << 20
        memory.kept = 25 << 20
        for _ in 0..<5 { trimmer.trimIfGrown() }
        #expect(memory.trims == 1)
    }

    @Test func memoryThatShrinksAndGrowsAgainIsTrimmedAgain() {
        let memory = Memory(resident: 10 << 20)
        var trimmer = memory.makeTrimmer()
        memory.kept = 25 << 20
        memory.resident = 30 << 20
        trimmer.trimIfGrown()
        memory.resident = 10 << 20
        trimmer.trimIfGrown()
        memory.resident = 30 << 20
        trimmer.trimIfGrown()
        #expect(memory.trims == 2)
    }

    @Test func withoutReadingsNothingHappens() {
        let memory = Memory(resident: nil)
        var trimmer = memory.makeTrimmer()
        trimmer.trimIfGrown()
        #expect(memory.trims == 0)
    }

    /// The real thing: blocks of 16 KiB with a small one that stays between each two, as connections leave them.
    @Test(.enabled(if: mallinfo2().uordblks > 0, "a sanitizer has a malloc of its own"))
    func memoryBetweenBlocksThatStayGoesBack() throws {
        func residentPages() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return (Int(fields[1]) ?? 0) - (Int(fields[2]) ?? 0)
        }
        var trimmer = HeapTrimmer()
        var large: [UnsafeMutableRawPointer] = []
        var small: [UnsafeMutableRawPointer] = []
        for _ in 0..<4000 {
            let block = UnsafeMutableRawPointer.allocate(byteCount: 16 << 10, alignment: 16)
            memset(block, 1, 16 << 10)
            large.append(block)
            small.append(.allocate(byteCount: 64, alignment: 16))
        }
        for block in large { block.deallocate() }
        let before = try residentPages()
        trimmer.trimIfGrown()
        let after = try residentPages()
        for block in small { block.deallocate() }
        // Of 15 600 pages; other tests allocate at the same time.
        #expect(before - after > 5000)
    }
}
