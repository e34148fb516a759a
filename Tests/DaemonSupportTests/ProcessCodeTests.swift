import DaemonSupport
import Testing

/// Which parts of the process are given up after the start, and that it lives on without them.
@Suite struct ProcessCodeTests {
    @Test func onlyExecutableMappingsOfFilesAreFound() {
        let maps: [UInt8] = Array(
            """
            55d0c0000000-55d0c0100000 r--p 00000000 fe:00 12                 /usr/local/bin/activityd
            55d0c0100000-55d0c0300000 r-xp 00100000 fe:00 12                 /usr/local/bin/activityd
            55d0c0300000-55d0c0400000 rw-p 00300000 fe:00 12                 /usr/local/bin/activityd
            7f0000000000-7f0000001000 r-xp 00000000 00:00 0
            7f0000001000-7f0000002000 rwxp 00000000 fe:00 13                 /usr/lib/trampolines.so
            7f0000002000-7f0000004000 r-xp 00001000 fe:00 14                 /usr/lib/libc.so.6
            7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                  [vdso]
            """.utf8)
        let ranges = ProcessCode.executableFileRanges(of: maps.span)
        #expect(ranges == [0x55d0_c010_0000..<0x55d0_c030_0000, 0x7f00_0000_2000..<0x7f00_0000_4000])
    }

    @Test(arguments: [
        "", "\n\n", "-", "55d0", "55d0-", "55d0-55d1", "55d0-55d1 r-xp", "55d1-55d0 r-xp 0 fe:00 1 /a",
        "zz-55d0 r-xp 0 fe:00 1 /a", "10000000000000000-20000000000000000 r-xp 0 fe:00 1 /a",
    ])
    func linesOfAnotherFormArePassedOver(text: String) {
        let maps = Array(text.utf8)
        let ranges = ProcessCode.executableFileRanges(of: maps.span)
        #expect(ranges.isEmpty)
    }

    @Test func aProcessRunsOnAfterItsCodeWasReleased() {
        ProcessCode.release()
        let numbers = (1...1000).map { "\($0)" }
        #expect(numbers.joined().count == 2893)
    }
}
