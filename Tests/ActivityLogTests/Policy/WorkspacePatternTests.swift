import ActivityLog
import TestSupport
import Testing

@Suite struct WorkspacePatternTests {
    @Test(arguments: [
        ("a", "a", true), ("a", "b", false), ("a", "ab", false),
        ("*", "anything", true), ("a*", "a", true), ("a*", "abc", true), ("a*", "ba", false),
        ("*c", "abc", true), ("*c", "cab", false), ("a*c", "ac", true), ("a*c", "abcbc", true), ("a*c", "acb", false),
        ("*a*", "bab", true), ("**", "x", true), ("a?c", "abc", true), ("a?c", "ac", false), ("?", "ab", false),
        ("?*", "a", true), ("*?*?*", "a", false), ("ci-*-*", "ci-1-2", true), ("ci-*-*", "ci-1", false),
    ])
    func aPatternCoversTheWholeId(_ pattern: String, _ id: String, _ matches: Bool) throws {
        #expect(try #require(WorkspacePattern(pattern)).matches(text: id) == matches)
    }

    @Test(arguments: ["", ".", "..", "a b", "a/b", "é", "[ab]", "a\\*", String(repeating: "a", count: 129)])
    func whatCanCoverNoIdIsNoPattern(_ text: String) {
        #expect(WorkspacePattern(text) == nil)
    }

    @Test(arguments: [
        ["a?", "a*", "*"], ["ci-7", "ci-?", "ci-*", "c*"], ["ab", "ab*", "a*b*", "a*"], ["a*", "b*"],
        ["a*", "*a"].sorted(),
    ])
    func theMoreSpecificPatternGoesFirstWhateverTheOrder(_ texts: [String]) {
        let patterns = texts.compactMap { WorkspacePattern($0) }
        let sorted = patterns.reversed().sorted { $0.isMoreSpecific(than: $1) }
        #expect(sorted.map(\.text) == patterns.map(\.text))
    }

    /// The classic trap of backtracking globs: many stars against an id that fails at its end.
    @Test func aPatternOfManyStarsFailsFast() throws {
        let pattern = try #require(WorkspacePattern(String(repeating: "a*", count: 60) + "b"))
        #expect(!pattern.matches(text: String(repeating: "a", count: 128)))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func matchingAgreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func word(_ letters: String) -> String {
            String(
                (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
        }
        let (pattern, id) = (word("ab*?"), word("ab"))
        #expect(
            try #require(WorkspacePattern(pattern)).matches(text: id) == defined(pattern[...], id[...]),
            "seed \(seed): \(pattern) \(id)")
    }

    private func defined(_ pattern: Substring, _ id: Substring) -> Bool {
        guard let first = pattern.first else { return id.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return defined(rest, id) || (!id.isEmpty && defined(pattern, id.dropFirst())) }
        return (first == "?" ? !id.isEmpty : id.first == first) && defined(rest, id.dropFirst())
    }
}

extension WorkspacePattern {
    fileprivate func matches(text: String) -> Bool {
        let bytes = Array(text.utf8)
        return matches(bytes.span)
    }
}
