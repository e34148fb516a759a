import Testing

/// Pins what an operator reads, to the letter.
@Suite struct DiagnosticTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let yaml: String
        let text: String

        var testDescription: String { what }
    }

    @Test(arguments: degraded)
    func aFindingThatCanBeDegradedWarnsWithItsPlace(_ example: Case) {
        let loaded = Loaded(example.yaml)
        #expect(loaded.config != nil)
        #expect(loaded.text == example.text)
    }

    @Test(arguments: fatal)
    func aFindingThatCannotBeDegradedRefusesWithItsPlace(_ example: Case) {
        let loaded = Loaded(example.yaml)
        #expect(loaded.config == nil)
        #expect(loaded.text == example.text)
    }

    static let degraded = [
        Case(
            what: "misspelt key",
            yaml: """
                observability:
                  event_log:
                    max_entires: 100
                """,
            text: """
                activityd.yaml:3:5: warning: unknown key 'max_entires' (did you mean 'max_entries'?)
                    max_entires: 100
                    ^~~~~~~~~~~
                """),
        Case(
            what: "misspelt key, quoted",
            yaml: #"{"sever": {}}"#,
            text: #"""
                activityd.yaml:1:2: warning: unknown key 'sever' (did you mean 'server'?)
                {"sever": {}}
                 ^~~~~~~
                """#),
        Case(
            what: "beginning of a key",
            yaml: "observability: {event_log: {ttl: 5}}",
            text: """
                activityd.yaml:1:29: warning: unknown key 'ttl' (did you mean 'ttl_seconds'?)
                observability: {event_log: {ttl: 5}}
                                            ^~~
                """),
        Case(
            what: "key in the wrong section",
            yaml: """
                server:
                  log_level: debug
                """,
            text: """
                activityd.yaml:2:3: warning: unknown key 'log_level' (it belongs to 'observability')
                  log_level: debug
                  ^~~~~~~~~
                """),
        Case(
            what: "misspelt key in the wrong section",
            yaml: """
                max_workspace: 5
                """,
            text: """
                activityd.yaml:1:1: warning: unknown key 'max_workspace' (did you mean 'server.max_workspaces'?)
                max_workspace: 5
                ^~~~~~~~~~~~~
                """),
        Case(
            what: "path for a key",
            yaml: "server.workers: 5",
            text: """
                activityd.yaml:1:1: warning: unknown key 'server.workers' (put 'workers' below 'server')
                server.workers: 5
                ^~~~~~~~~~~~~~
                """),
        Case(
            what: "key like no other",
            yaml: "colour: blue",
            text: """
                activityd.yaml:1:1: warning: unknown key 'colour'
                colour: blue
                ^~~~~~
                """),
        Case(
            what: "not positive",
            yaml: """
                observability:
                  event_log:
                    ttl_seconds: -1
                """,
            text: """
                activityd.yaml:3:18: warning: 'ttl_seconds' must be at least 1, not '-1': using 3600
                    ttl_seconds: -1
                                 ^~
                """),
        Case(
            what: "beyond the range",
            yaml: "server: {workers: 5_000}",
            text: """
                activityd.yaml:1:19: warning: 'workers' must be at most 1024, not '5_000': using 1024
                server: {workers: 5_000}
                                  ^~~~~
                """),
        Case(
            what: "not a size",
            yaml: "server: {max_body_bytes: 8MB}",
            text: """
                activityd.yaml:1:26: warning: 'max_body_bytes' must be an integer of bytes (KiB, MiB or GiB may follow), \
                not '8MB' (write 8MiB, or 8000000): using 8388608
                server: {max_body_bytes: 8MB}
                                         ^~~
                """),
        Case(
            what: "not a duration",
            yaml: "server: {idle_timeout_seconds: soon}",
            text: """
                activityd.yaml:1:32: warning: 'idle_timeout_seconds' must be an integer of seconds (s, m, h, d or w \
                may follow), not 'soon': using 75
                server: {idle_timeout_seconds: soon}
                                               ^~~~
                """),
        Case(
            what: "list for an integer",
            yaml: "server: {workers: [1, 2]}",
            text: """
                activityd.yaml:1:19: warning: 'workers' must be an integer, not a list: using 0
                server: {workers: [1, 2]}
                                  ^
                """),
        Case(
            what: "list for a section",
            yaml: """
                server:
                  - workers: 1
                """,
            text: """
                activityd.yaml:2:3: warning: 'server' must be a map, not a list: ignored
                  - workers: 1
                  ^
                """),
        Case(
            what: "text for the file",
            yaml: "just a thought",
            text: """
                activityd.yaml:1:1: warning: the file must be a map, not a value: ignored
                just a thought
                ^~~~~~~~~~~~~~
                """),
        Case(
            what: "unknown backend",
            yaml: """
                observability: {event_log: {backend: memroy}}
                workspaces:
                  x: {event_log: {backend: kafka}}
                """,
            text: """
                activityd.yaml:1:38: warning: unknown backend 'memroy' (did you mean 'memory'?): kept in memory
                observability: {event_log: {backend: memroy}}
                                                     ^~~~~~
                activityd.yaml:3:28: warning: unknown backend 'kafka': kept in memory
                  x: {event_log: {backend: kafka}}
                                           ^~~~~
                """),
        Case(
            what: "backend of a later version",
            yaml: "observability: {event_log: {backend: sqlite}}",
            text: """
                activityd.yaml:1:38: warning: sqlite is not available yet: kept in memory
                observability: {event_log: {backend: sqlite}}
                                                     ^~~~~~
                """),
        Case(
            what: "unknown log level",
            yaml: "observability: {log_level: warn}",
            text: """
                activityd.yaml:1:28: warning: unknown log level 'warn' (did you mean 'warning'?): using info
                observability: {log_level: warn}
                                           ^~~~
                """),
        Case(
            what: "not a pattern",
            yaml: #"workspaces: {"team/a": {event_log: {backend: off}}}"#,
            text: #"""
                activityd.yaml:1:14: warning: 'team/a' is neither a workspace id nor a pattern \#
                (1 to 128 of A-Z a-z 0-9 . _ ~ - with * and ?)
                workspaces: {"team/a": {event_log: {backend: off}}}
                             ^~~~~~~~
                """#),
        Case(
            what: "key of the default section in a workspace",
            yaml: "workspaces: {a: {log_level: debug, max_entries: 5}}",
            text: """
                activityd.yaml:1:18: warning: unknown key 'log_level'
                workspaces: {a: {log_level: debug, max_entries: 5}}
                                 ^~~~~~~~~
                activityd.yaml:1:36: warning: unknown key 'max_entries' (it belongs to 'event_log')
                workspaces: {a: {log_level: debug, max_entries: 5}}
                                                   ^~~~~~~~~~~
                """),
        Case(
            what: "no address",
            yaml: "server: {listen: []}",
            text: """
                activityd.yaml:1:18: warning: 'listen' holds no address: using 127.0.0.1:8790
                server: {listen: []}
                                 ^
                """),
        Case(
            what: "address twice",
            yaml: "server: {listen: ['[::1]:80', '[::1]:80']}",
            text: """
                activityd.yaml:1:31: warning: the address '[::1]:80' is listed twice
                server: {listen: ['[::1]:80', '[::1]:80']}
                                              ^~~~~~~~~~
                """),
        Case(
            what: "tabs and wide letters before the place",
            yaml: "server:\t{日本: 1,\té: 1}",
            text: """
                activityd.yaml:1:10: warning: unknown key '日本'
                server:\t{日本: 1,\té: 1}
                       \t ^~~~
                activityd.yaml:1:17: warning: unknown key 'é'
                server:\t{日本: 1,\té: 1}
                       \t         \t^
                """),
        Case(
            what: "a place deep in a long line",
            yaml: "{x: [" + String(repeating: "1, ", count: 100) + "], y: 1}",
            text: """
                activityd.yaml:1:2: warning: unknown key 'x'
                {x: [\(String(repeating: "1, ", count: 51))1,…
                 ^
                activityd.yaml:1:309: warning: unknown key 'y'
                …\(String(repeating: "1, ", count: 18))1, ], y: 1}
                                                                             ^
                """),
    ]

    static let fatal = [
        Case(
            what: "broken YAML",
            yaml: """
                server:
                  workers: [1, 2
                observability:
                """,
            text: """
                activityd.yaml:3:14: error: broken YAML: did not find expected ',' or ']' \
                (while parsing a flow sequence at line 2)
                observability:
                             ^
                """),
        Case(
            what: "text that ends too early",
            yaml: "server: {workers: 1",
            text: """
                activityd.yaml:1:20: error: broken YAML: did not find expected ',' or '}' \
                (while parsing a flow mapping at line 1)
                server: {workers: 1
                                   ^
                """),
        Case(
            what: "tab as indentation",
            yaml: "server:\n\tworkers: 1\n",
            text: """
                activityd.yaml:2:1: error: broken YAML: found character that cannot start any token \
                (while scanning for the next token at line 2); indent with spaces, not tabs
                \tworkers: 1
                ^
                """),
        Case(
            what: "pattern that reads as an alias",
            yaml: """
                workspaces:
                  *-ci: {}
                """,
            text: """
                activityd.yaml:2:3: error: broken YAML: found undefined alias; \
                put a pattern that begins with * between quotes
                  *-ci: {}
                  ^
                """),
        Case(
            what: "two documents",
            yaml: """
                server:
                ---
                server:
                """,
            text: """
                activityd.yaml:2:1: error: broken YAML: expected a single document in the stream \
                but found another document
                ---
                ^
                """),
        Case(
            what: "duplicate key",
            yaml: """
                server:
                  workers: 1
                # workers: 2
                  listen:
                    - :80
                  "workers": 3
                """,
            text: """
                activityd.yaml:6:3: error: duplicate key 'workers' (first at line 2)
                  "workers": 3
                  ^~~~~~~~~
                """),
        Case(
            what: "duplicate key in braces",
            yaml: "server: {workers: 1, workers: 2}",
            text: """
                activityd.yaml:1:10: error: duplicate key 'workers'
                server: {workers: 1, workers: 2}
                         ^~~~~~~
                """),
        Case(
            what: "not an address, among other findings",
            yaml: """
                server:
                  listen:
                    - ::1:8790
                    - [a]
                    - localhost
                  wrokers: 1
                """,
            text: """
                activityd.yaml:3:7: error: not an address: '::1:8790': \
                an IPv6 address takes brackets (write [::1]:8790)
                    - ::1:8790
                      ^~~~~~~~
                activityd.yaml:4:7: error: not an address: it is a list
                    - [a]
                      ^
                activityd.yaml:5:7: error: not an address: 'localhost': it has no port (write HOST:PORT)
                    - localhost
                      ^~~~~~~~~
                activityd.yaml:6:3: warning: unknown key 'wrokers' (did you mean 'workers'?)
                  wrokers: 1
                  ^~~~~~~
                """),
        Case(
            what: "control character",
            yaml: "server:\n  workers: \u{1B}[2J\n",
            text: """
                activityd.yaml:2:12: error: the character U+001B cannot stand in YAML
                  workers: \u{FFFD}[2J
                           ^
                """),
    ]
}
