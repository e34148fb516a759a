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

    @Test func signsOfTheListMayBePartOfAKind() throws {
        for (list, kind, isMatch) in [
            ("a%2Cb", "a,b", true), ("a%2Cb", "a", false), ("glob.%2A", "glob.*", true), ("glob.%2A", "glob.x", false),
            ("%2a", "*", true), ("%2a", "x", false), ("%2A*", "*x", true), ("100%25", "100%", true),
            ("100%", "100%", true),
            ("%252C", "%2C", true), ("%2", "%2", true), ("%41", "%41", true), ("%41", "A", false),
        ] {
            #expect(try matches(filter(list), kind) == isMatch, "\(list) \(kind)")
        }
        let longest = String(repeating: "%2C", count: 128)
        #expect(try matches(filter(longest), String(repeating: ",", count: 128)))
        #expect(KindFilter(list: Array((longest + "k").utf8).span) == nil)
    }

    @Test func lineBreaksBeyondASCIIMatchInTheSpellingOfStoredKinds() throws {
        #expect(try matches(filter("a\u{2028}b"), #"a\u2028b"#))
        #expect(try matches(filter("\u{2029}*"), #"\u2029b"#))
        #expect(try !matches(filter("\\*"), #"\u2029b"#))
    }
}
