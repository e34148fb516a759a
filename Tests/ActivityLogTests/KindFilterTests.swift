import ActivityLog
import ByteBuffers
import TestSupport
import Testing

@Suite struct KindFilterTests {
    private func filter(_ list: String) throws -> KindFilter {
        let filter = KindFilter(list: Array(list.utf8).span)
        return try #require(filter)
    }

    private func matches(_ filter: KindFilter, _ kind: String) -> Bool {
        let bytes = Array(kind.utf8)
        return filter.matches(bytes.span)
    }

    @Test func itLetsTheSameKindsPassAsTryingEachPattern() throws {
        var random = SeededGenerator(seed: 42)
        let words = ["a", "b", "ab", "aba", "abab", "b.a", "b.ab", "c", "", "aa", "bb", "ba", "bab"]
        for _ in 0..<2000 {
            let patterns = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                let word = words.randomElement(using: &random) ?? ""
                return word.isEmpty || Bool.random(using: &random) ? word + "*" : word
            }
            let filter = try filter(patterns.joined(separator: ","))
            for kind in words where !kind.isEmpty {
                let expected = patterns.contains {
                    $0.hasSuffix("*") ? kind.hasPrefix($0.dropLast()) : kind == $0
                }
                #expect(matches(filter, kind) == expected, "\(kind) in \(patterns)")
            }
        }
    }

    @Test func whatLetsTheSameKindsPassIsEqual() throws {
        #expect(try filter("b,a,tool.x,tool.*,tool.y.*,a") == filter("tool.*,a,b"))
        #expect(try filter("*,a") == filter("b*,*"))
        #expect(try filter("a") != filter("a*"))
    }

    @Test func aPatternThatIsLongerThanAKindIsRefused() {
        let longest = String(repeating: "k", count: 128)
        for (list, isValid) in [
            (longest, true), (longest + "*", true), (longest + "k", false), (longest + "k*", false),
        ] {
            let filter = KindFilter(list: Array(list.utf8).span)
            #expect((filter != nil) == isValid)
        }
    }
}
