import Foundation
import TestSupport
import Testing

/// What the release binary weighs, on disk and in memory. Its code is held, not the machine that it runs on.
@Suite struct WeightTests {
    @Test func itHoldsNeitherFoundationNorICU() throws {
        let nm = try ChildProcess("nm", ["--defined-only", try BuiltBinary.release()])
        try #require(try nm.waitForExit() == .status(0), "\(nm.errors)")
        let symbols = nm.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        // Else the symbols were stripped, and nothing can be told from their absence.
        try #require(symbols.contains { $0.contains("activityd_main") })
        // Swift modules by their mangled names, and C functions. FoundationEssentials comes with the command line.
        let foreign =
            /(^|[^0-9])10Foundation|FoundationInternationalization|_FoundationICU|^_?CF[A-Z]|^u(loc|col|cal|data|norm2)_|icudt/
        #expect(symbols.filter { $0.contains(foreign) }.prefix(10).isEmpty)
    }

    @Test func itTakesAtMost20MBStripped() throws {
        let directory = try TemporaryDirectory()
        let stripped = "\(directory.path)/activityd"
        let strip = try ChildProcess("strip", ["-o", stripped, try BuiltBinary.release()])
        try #require(try strip.waitForExit() == .status(0), "\(strip.errors)")
        let size = try FileManager.default.attributesOfItem(atPath: stripped)[.size] as? Int
        #expect(try #require(size) <= 20_000_000)
    }

    @Test func itTakesAtMost12MiBAtRest() throws {
        let config = try String(contentsOfFile: "\(BuiltBinary.sourceRoot)/config/activityd.yaml", encoding: .utf8)
        let daemon = try DaemonProcess(binary: try BuiltBinary.release(), config: config)
        #expect(try Curl(["\(daemon.url)/healthz"]).status == 200)
        // Counted page by page; statm(5) may be off by some hundred KiB.
        let rollup = try String(contentsOfFile: "/proc/\(daemon.process.processID)/smaps_rollup", encoding: .utf8)
        let kibibytes = rollup.firstMatch(of: /\nRss: +(\d+) kB/).flatMap { Int($0.output.1) }
        #expect(try #require(kibibytes) <= 12 << 10, "see .ci/startup-order")
    }
}
