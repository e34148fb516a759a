import Foundation
import TestSupport
import Testing

@testable import ActivityConfig

/// The shipped file, damaged at random.
@Suite struct MutationTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func aDamagedFileIsEitherReadOrRefusedWithAPlace(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(try Repository.file("config/activityd.yaml").utf8)
        if Bool.random(using: &random) { bytes = Array(Loaded(bytes).config?.yaml.utf8 ?? "".utf8) }
        switch UInt8.random(in: 0..<4, using: &random) {
        case 0: bytes.removeLast(.random(in: 1...bytes.count, using: &random))
        case 1:
            let start = Int.random(in: 0..<bytes.count, using: &random)
            bytes.removeSubrange(start..<min(bytes.count, start + .random(in: 1...64, using: &random)))
        case 2:
            // Bytes that mean something to YAML do more than any others.
            for _ in 0..<3 {
                let meaningful = Array("&*!|>'\"%@`{}[],#:?-<~\t\n\r ".utf8)
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes.insert(meaningful.randomElement(using: &random) ?? 0, at: index)
            }
        default:
            for _ in 0..<4 {
                bytes[.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }

        let loaded = Loaded(bytes)
        if loaded.config == nil { #expect(loaded.diagnostics.contains { $0.severity == .error }, "seed \(seed)") }
        for diagnostic in loaded.diagnostics {
            guard case .source(_, let line, let column, let excerpt) = diagnostic.origin else {
                Issue.record("no place: \(diagnostic), seed \(seed)")
                continue
            }
            #expect(line >= 1 && column >= 1, "seed \(seed)")
            #expect(excerpt.split(separator: "\n").last?.contains("^") == true, "seed \(seed)")
        }
    }
}
