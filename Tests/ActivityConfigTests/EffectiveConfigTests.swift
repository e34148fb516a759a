import ActivityLog
import TestSupport
import Testing

@testable import ActivityConfig

/// The configuration written out as YAML, which `check --print` shows.
@Suite struct EffectiveConfigTests {
    @Test func theDefaultsAreWrittenOutInFull() {
        let lines = DaemonConfig().yaml.split(separator: "\n").filter { !$0.contains("#") }
        #expect(
            lines.joined(separator: "\n") == """
                server:
                  listen:
                    - "127.0.0.1:8790"
                  workers: 0
                  max_connections: 10000
                  max_connections_per_ip: 0
                  max_body_bytes: 8388608
                  max_event_bytes: 262144
                  max_page_events: 10000
                  max_workspaces: 100000
                  max_memory_bytes: 0
                  max_live_readers: 10000
                  max_live_readers_per_workspace: 0
                  max_live_readers_per_ip: 0
                  stream_seconds: 3600
                  heartbeat_seconds: 15
                  head_timeout_seconds: 10
                  body_timeout_seconds: 30
                  reply_timeout_seconds: 30
                  idle_timeout_seconds: 75
                  shutdown_grace_seconds: 10
                observability:
                  log_level: info
                  event_log:
                    backend: memory
                    ttl_seconds: 3600
                    max_entries: 10000
                    max_bytes: 67108864
                """)
    }

    @Test func anOverrideIsWrittenOutWithWhatItInherits() throws {
        let config = try #require(
            Loaded(#"workspaces: {"*-ci": {event_log: {backend: off, max_entries: 5}}}"#).config)
        #expect(
            config.yaml.hasSuffix(
                """
                workspaces:
                  "*-ci":
                    event_log:
                      backend: disabled
                      ttl_seconds: 3600
                      max_entries: 5
                      max_bytes: 67108864

                """))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func whatIsWrittenOutLoadsToTheSame(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let config = try DaemonConfig.random(using: &random)
        let loaded = Loaded(config.yaml)
        #expect(loaded.config == config, "seed \(seed)")
        #expect(loaded.diagnostics.allSatisfy { $0.message.contains("not available yet") }, "seed \(seed)")
    }
}

extension DaemonConfig {
    /// Any configuration that a file can say.
    fileprivate static func random(using random: inout SeededGenerator) throws -> DaemonConfig {
        var config = DaemonConfig()
        for key in ConfigSchema.keys { key.field.randomize(&config, using: &random) }
        for text in ["a", "*", "ci-*", "~", "a?b", "007", "off"].shuffled(using: &random).prefix(3) {
            var override = DaemonConfig()
            for key in ConfigSchema.eventLogKeys { key.field.randomize(&override, using: &random) }
            let pattern = try #require(WorkspacePattern(text))
            config.workspaces.append(WorkspaceConfig(pattern: pattern, eventLog: override.observability.eventLog))
        }
        return config
    }
}

extension ConfigField {
    fileprivate func randomize(_ config: inout DaemonConfig, using random: inout SeededGenerator) {
        switch self {
        case .addresses(let property):
            let all: [ListenAddress] = [
                .tcp(host: "*", port: 0), .tcp(host: "::1", port: 1), .tcp(host: "log.example.com", port: 65535),
                .unix(path: "/run/a.sock", mode: 0o660), .unix(path: #"/a "b\c", #d: é"#, mode: 0o007),
            ]
            config[keyPath: property] = Array(all.shuffled(using: &random).prefix(.random(in: 1...5, using: &random)))
        case .integer(let property, _, let range):
            let values = [range.lowerBound, range.upperBound, .random(in: range, using: &random)]
            config[keyPath: property] = values.randomElement(using: &random) ?? range.lowerBound
        case .backend(let property):
            config[keyPath: property] = BackendKind.allCases.randomElement(using: &random) ?? .memory
        case .logLevel(let property):
            config[keyPath: property] = LogLevel.allCases.randomElement(using: &random) ?? .info
        }
    }
}
