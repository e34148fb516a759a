import ActivityLog
import Testing

@testable import ActivityConfig

/// What YAML lets people write, and what it makes of that behind their backs.
@Suite struct YAMLTrapTests {
    @Test func anAliasStandsForItsAnchor() throws {
        let config = try #require(
            Loaded(
                """
                observability:
                  event_log: &default {max_entries: 5}
                workspaces:
                  a: {event_log: *default}
                """
            ).config)
        #expect(config.policy("a").bounds.maxEntries == 5)
    }

    @Test func aMergedMapYieldsToTheKeysBesideItAndToEarlierOnes() throws {
        let loaded = Loaded(
            """
            workspaces:
              a: {event_log: &a {max_entries: 1, ttl_seconds: 1}}
              b: {event_log: &b {max_entries: 2, ttl_seconds: 2, max_bytes: 2}}
              c:
                event_log:
                  <<: [*a, *b]
                  max_entries: 3
            """)
        let bounds = try #require(loaded.config).policy("c").bounds
        #expect([bounds.maxEntries, bounds.ttlSeconds, bounds.maxBytes] == [3, 1, 2])
        #expect(loaded.text == "")
    }

    @Test func aMistakeBehindAnAliasIsReportedOnce() {
        let loaded = Loaded(
            """
            workspaces:
              a: &x {event_log: {max_entires: 5}}
              b: *x
              c: {<<: *x}
            """)
        #expect(loaded.diagnostics.map(\.location) == ["activityd.yaml:2:22"])
    }

    @Test(arguments: ["5", "[5]", "[[]]"])
    func whatIsNoMapCannotBeMerged(_ value: String) {
        #expect(
            Loaded("server: {<<: \(value)}").diagnostics.map(\.message) == ["'<<' merges maps only: ignored"])
    }

    @Test func aKeyThatIsNoTextIsIgnoredWithAWarning() {
        let loaded = Loaded("? [a]\n: b\nserver: {workers: 3}\n")
        #expect(loaded.config?.server.workers == 3)
        #expect(loaded.diagnostics.map(\.message) == ["a key must be text, not a list or a map: ignored"])
    }

    @Test func namesThatYAMLTakesForBooleansAndNumbersAreWorkspaces() throws {
        let config = try #require(Loaded("workspaces: {off: {}, 1.0: {}, 007: {}, ~: {}, '~a': {}}").config)
        #expect(config.workspaces.map(\.pattern.text) == ["off", "1.0", "007", "~", "~a"])
    }

    @Test func nestedAliasesThatMultiplyCostNothing() {
        let levels = (1..<60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]" }
        let loaded = Loaded((["a0: &a0 [x, x, x]"] + levels).joined(separator: "\n"))
        #expect(loaded.config != nil)
    }

    @Test func mergesThatMultiplyAreRefused() {
        let levels = (1..<60).map { "a\($0): &a\($0) {<<: [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]}" }
        let loaded = Loaded((["a0: &a0 {x: 1}"] + levels + ["server: {<<: *a59}"]).joined(separator: "\n"))
        #expect(loaded.config == nil)
        #expect(loaded.diagnostics.contains { $0.message == "too many entries, with those that aliases repeat" })
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "a: "])
    func endlessNestingIsBrokenYAML(_ opening: String) {
        let loaded = Loaded(String(repeating: opening, count: 100_000))
        #expect(loaded.config == nil)
        #expect(loaded.diagnostics.count == 1)
    }

    @Test(arguments: [
        (Array("server:\n  workers: ".utf8) + [0xFF, 0xFE], "activityd.yaml:2:12: error: not UTF-8 text"),
        // UTF-16 with its byte order mark, as some editors save.
        ([0xFF, 0xFE, 0x61, 0x00], "activityd.yaml:1:1: error: not UTF-8 text"),
        // An encoded surrogate.
        (Array("é: ".utf8) + [0xED, 0xA0, 0x80], "activityd.yaml:1:4: error: not UTF-8 text"),
    ])
    func whatIsNotUTF8IsRefusedWithItsPlace(_ bytes: [UInt8], _ headline: String) {
        let loaded = Loaded(bytes)
        #expect(loaded.config == nil)
        #expect(loaded.text.split(separator: "\n").first.map(String.init) == headline)
    }

    @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}"])
    func placesAreRightWithEveryLineEnd(_ end: String) {
        let loaded = Loaded(["# one", "server:", "  wrong: 1"].joined(separator: end) + end)
        #expect(
            loaded.text == """
                activityd.yaml:3:3: warning: unknown key 'wrong'
                  wrong: 1
                  ^~~~~
                """)
    }
}
