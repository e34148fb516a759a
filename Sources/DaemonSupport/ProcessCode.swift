internal import ByteBuffers
private import Glibc

/// The code of this process: the executable parts of its binary and of its libraries, as the kernel maps them.
///
/// Starting touches many times more of it than serving: relocations, the Swift runtime's search for conformances, the
/// command line, the configuration. Those pages stay resident as long as nothing else wants the memory.
package enum ProcessCode {
    /// Takes all code out of the resident set; what is used again comes back from the page cache, a fault each 64 KiB.
    ///
    /// Call it once, when the daemon is ready. It writes nothing, needs no other thread to pause, and does nothing where
    /// `/proc` is not mounted. Breakpoints that a debugger set before are lost.
    package static func release() {
        guard let maps = ProcFile.bytes("/proc/self/maps") else { return }
        for range in executableFileRanges(of: maps.span) {
            // SAFETY: a private mapping of a file that cannot be written: dropped pages are read from the file again,
            // with the same content. Relocations are in other, writable, mappings.
            _ = madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
        }
    }

    /// The address ranges, in a text like that of `/proc/self/maps` (proc(5)), that are mapped from files with just the
    /// permissions to read and to execute. Lines of another form are passed over.
    package static func executableFileRanges(of maps: Span<UInt8>) -> [Range<UInt>] {
        var ranges: [Range<UInt>] = []
        var start = 0
        while start < maps.count {
            var end = start
            while end < maps.count, maps[end] != UInt8(ascii: "\n") { end += 1 }
            if let range = executableFileRange(of: maps.extracting(start..<end)) { ranges.append(range) }
            start = end + 1
        }
        return ranges
    }

    /// `55d0c0a00000-55d0c0b00000 r-xp 00002000 fe:00 1234    /usr/local/bin/activityd`
    private static func executableFileRange(of line: Span<UInt8>) -> Range<UInt>? {
        var position = 0
        guard let lower = hexadecimal(line, at: &position), skip("-", in: line, at: &position),
            let upper = hexadecimal(line, at: &position), skip(" r-xp ", in: line, at: &position), lower < upper
        else { return nil }
        // Mappings without a file have no path, or a name in brackets.
        while position < line.count, line[position] != UInt8(ascii: "/") { position += 1 }
        return position < line.count ? lower..<upper : nil
    }

    private static func skip(_ literal: StaticString, in line: Span<UInt8>, at position: inout Int) -> Bool {
        guard line.extracting(position..<line.count).starts(with: literal) else { return false }
        position += literal.utf8CodeUnitCount
        return true
    }

    private static func hexadecimal(_ line: Span<UInt8>, at position: inout Int) -> UInt? {
        let start = position
        var value: UInt = 0
        while position < line.count {
            let byte = line[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return position > start ? value : nil
            }
            guard value.leadingZeroBitCount >= 4 else { return nil }
            value = value << 4 | UInt(digit)
            position += 1
        }
        return nil
    }
}
