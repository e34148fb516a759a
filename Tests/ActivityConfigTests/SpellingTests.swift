import Testing

@testable import ActivityConfig

@Suite struct SpellingTests {
    private let names = ["max_entries", "max_bytes", "ttl_seconds", "backend", "server"]

    @Test(arguments: [
        ("max_entires", "max_entries"), ("maxEntries", "max_entries"), ("MAX-BYTES", "max_bytes"),
        ("ttl_secs", "ttl_seconds"), ("ttl", "ttl_seconds"), ("bakcend", "backend"), ("servers", "server"),
    ])
    func aNearWordIsFound(_ word: String, _ meant: String) {
        #expect(Spelling.closest(to: word, among: names) == meant)
    }

    @Test(arguments: ["", "x", "max", "colour", "tt", String(repeating: "max_entries", count: 1000)])
    func aWordThatIsNearNoneOrSeveralIsNotGuessedAt(_ word: String) {
        #expect(Spelling.closest(to: word, among: names) == nil)
    }
}
