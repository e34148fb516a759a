import ActivityLog
import Testing

@testable import ActivityConfig

/// What YAML lets people write, and what it makes of that unasked.
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

    @Test(arguments: [
        ("server:\n\u{A0}\u{A0}workers: 1\n", 2), ("server:\n \u{A0}workers: 1\n", 2),
        ("server:\n  workers:\u{A0}1\n", 2),
        ("server:\n  workers: 1\n\u{A0} max_connections: 5\n", 3), ("server:\n  listen:\n\u{A0} - :80\n", 3),
        ("server:\n  listen:\n  -\u{A0}:80\n", 3), ("server:\u{A0}\n  workers: 1\n", 1),
        ("\u{A0}\nserver:\n  workers: 1\n", 1), ("server:\n  workers\u{A0}: 1\n", 2),
        ("server:\n  - \u{A0}workers: 1\n", 2),
    ])
    func aNoBreakSpaceInPlaceOfASpaceIsNamed(_ yaml: String, _ line: Int) {
        let loaded = Loaded(yaml)
        let hint = "(line \(line) holds U+00A0 NO-BREAK SPACE, which is no space to YAML)"
        #expect(loaded.diagnostics.contains { $0.message.hasSuffix(hint) }, "\(loaded.text)")
    }

    @Test(arguments: [("\u{3000}", "U+3000 IDEOGRAPHIC SPACE"), ("\u{200B}", "U+200B ZERO WIDTH SPACE")])
    func otherSpacesAreNamedToo(_ space: String, _ name: String) {
        #expect(Loaded("server:\n  \(space)workers: 1\n").text.contains("(line 2 holds \(name), which"))
    }

    @Test func aNoBreakSpaceThatIsInNobodysWayIsNotNamed() {
        let loaded = Loaded(
            "server: # a\u{A0}b\n  # \u{A0}\n  wrkers: 1 # x:\u{A0}y\nobservability: {log_level: 'a\u{A0}b'}\n")
        #expect(loaded.diagnostics.count == 2)
        #expect(!loaded.text.contains("U+00A0"))
    }

    @Test(arguments: [
        "server:\n\tworkers: 1\n", "server:\n \tworkers: 1\n", "server:\n  workers: 1\n\tmax_connections: 5\n",
        "server:\n  workers: 1\n  \tmax_connections: 5\n", "server:\n  listen:\n\t- :80\n",
    ])
    func aTabAsIndentationIsNamed(_ yaml: String) {
        #expect(Loaded(yaml).diagnostics.map(\.message).first?.hasSuffix("; indent with spaces, not tabs") == true)
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
