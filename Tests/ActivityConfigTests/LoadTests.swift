import ActivityLog
import Testing

@testable import ActivityConfig

@Suite struct LoadTests {
    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "~", "server:\nobservability: ~\nworkspaces:\n", "{}", "\u{FEFF}",
    ])
    func aFileThatSaysNothingMeansTheDefaults(_ yaml: String) {
        let loaded = Loaded(yaml)
        #expect(loaded.config == DaemonConfig())
        #expect(loaded.text == "")
    }

    @Test func everyKeyOfTheServerIsRead() {
        var expected = DaemonConfig()
        expected.server.listen = [.tcp(host: "*", port: 80), .unix(path: "/run/a.sock", mode: 0o600)]
        expected.server.workers = 1
        expected.server.maxConnections = 2
        expected.server.maxConnectionsPerIP = 3
        expected.server.maxBodyBytes = 4
        expected.server.maxEventBytes = 5
        expected.server.maxPageEvents = 6
        expected.server.maxWorkspaces = 7
        expected.server.maxLiveReaders = 12
        expected.server.maxLiveReadersPerWorkspace = 13
        expected.server.maxLiveReadersPerIP = 14
        expected.server.streamSeconds = 15
        expected.server.heartbeatSeconds = 16
        expected.server.headTimeoutSeconds = 8
        expected.server.bodyTimeoutSeconds = 9
        expected.server.idleTimeoutSeconds = 10
        expected.server.shutdownGraceSeconds = 11
        let loaded = Loaded(
            """
            server:
              listen: [":80", "unix:/run/a.sock?mode=0600"]
              workers: 1
              max_connections: 2
              max_connections_per_ip: 3
              max_body_bytes: 4
              max_event_bytes: 5
              max_page_events: 6
              max_workspaces: 7
              max_live_readers: 12
              max_live_readers_per_workspace: 13
              max_live_readers_per_ip: 14
              stream_seconds: 15
              heartbeat_seconds: 16
              head_timeout_seconds: 8
              body_timeout_seconds: 9
              idle_timeout_seconds: 10
              shutdown_grace_seconds: 11
            """)
        #expect(loaded.config == expected)
        #expect(loaded.text == "")
    }

    @Test func everyKeyOfTheObservabilityIsRead() {
        var expected = DaemonConfig()
        expected.observability.logLevel = .debug
        expected.observability.eventLog.backend = .disabled
        expected.observability.eventLog.ttlSeconds = 1
        expected.observability.eventLog.maxEntries = 2
        expected.observability.eventLog.maxBytes = 3
        let loaded = Loaded(
            """
            observability:
              log_level: " Debug"
              event_log: {backend: OFF, ttl_seconds: 1s, max_entries: "2", max_bytes: 3}
            """)
        #expect(loaded.config == expected)
        #expect(loaded.text == "")
    }

    @Test func oneLineOfListenMayHoldSeveralAddresses() throws {
        let config = try #require(Loaded("server: {listen: 'localhost:1, [::1]:2'}").config)
        #expect(config.server.listen.map(\.description) == ["localhost:1", "[::1]:2"])
    }

    @Test func portZeroMayBeListedSeveralTimes() throws {
        let config = try #require(Loaded("server: {listen: ['localhost:0', 'localhost:0']}").config)
        #expect(config.server.listen.count == 2)
    }

    @Test func aWorkspaceInheritsWhatItDoesNotSay() throws {
        let config = try #require(
            Loaded(
                """
                workspaces:
                  early: {event_log: {max_entries: 1}}
                  nothing:
                observability:
                  event_log: {ttl_seconds: 60, max_entries: 500, max_bytes: 1MiB}
                """
            ).config)
        #expect(
            config.policy("early")
                == LogPolicy(bounds: LogBounds(ttlSeconds: 60, maxEntries: 1, maxBytes: 1 << 20)))
        #expect(config.policy("nothing") == config.policy("another"))
    }

    /// The table of the documentation.
    @Test(arguments: [
        ("platform", BackendKind.memory, 3600, 10_000), ("ci-4711", .memory, 600, 1000),
        ("ci-release", .memory, 604_800, 10_000), ("my-scratch", .disabled, 3600, 10_000),
        ("ci-scratch", .disabled, 3600, 10_000),
    ])
    func theMostSpecificPatternWinsAndOverridesDoNotAddUp(
        _ id: String, _ backend: BackendKind, _ ttlSeconds: Int, _ maxEntries: Int
    ) throws {
        let config = try #require(
            Loaded(
                """
                workspaces:
                  ci-*: {event_log: {ttl_seconds: 10m, max_entries: 1000}}
                  ci-release: {event_log: {ttl_seconds: 7d}}
                  "*-scratch": {event_log: {backend: disabled}}
                """
            ).config)
        #expect(
            config.policy(id)
                == LogPolicy(backend: backend, bounds: LogBounds(ttlSeconds: ttlSeconds, maxEntries: maxEntries)))
    }

    @Test func aBadBoundOfAWorkspaceMeansTheInheritedOne() throws {
        let loaded = Loaded(
            """
            observability: {event_log: {ttl_seconds: 60}}
            workspaces: {a: {event_log: {ttl_seconds: 0}}}
            """)
        #expect(try #require(loaded.config).policy("a").bounds.ttlSeconds == 60)
        #expect(loaded.diagnostics.map(\.message) == ["'ttl_seconds' must be at least 1, not '0': using 60"])
    }

    @Test func onIsNoMisspeltNo() {
        let loaded = Loaded("observability: {event_log: {backend: on}}")
        #expect(loaded.diagnostics.map(\.message) == ["unknown backend 'on': kept in memory"])
    }

    @Test func anUnknownBackendOfAWorkspaceMeansMemoryAlsoWhereItWouldInheritAnother() throws {
        let loaded = Loaded(
            """
            observability: {event_log: {backend: disabled}}
            workspaces: {a: {event_log: {backend: memorie}}}
            """)
        #expect(try #require(loaded.config).policy("a").backend == .memory)
        #expect(loaded.diagnostics.count == 1)
    }

    @Test(arguments: ConfigSchema.keys.map(\.path))
    func aValueOfNothingMeansTheDefault(_ path: String) {
        let names = path.split(separator: ".")
        let yaml = names.dropLast().map { "{\($0): " }.joined() + "{\(names[names.count - 1]): }"
        let loaded = Loaded(yaml + String(repeating: "}", count: names.count - 1))
        #expect(loaded.config == DaemonConfig())
        #expect(loaded.text == "")
    }

    @Test(arguments: ConfigSchema.keys.map(\.path), ["[]", "{}", "-1", "''", "999999999999999999999999", "nonsense"])
    func noValueLeavesTheRangeOfItsKey(_ path: String, _ value: String) throws {
        let key = try #require(ConfigSchema.keys.first { $0.path == path })
        let names = path.split(separator: ".")
        let loaded = Loaded(
            names.map { "{\($0): " }.joined() + value + String(repeating: "}", count: names.count))
        #expect(!loaded.diagnostics.isEmpty)
        if case .integer(let property, _, let range) = key.field {
            #expect(range.contains(try #require(loaded.config)[keyPath: property]))
        }
    }
}
