import ActivityLog
import Testing

@testable import ActivityConfig

@Suite struct EnvironmentTests {
    @Test func namesFollowThePath() throws {
        let names = ConfigSchema.keys.map(\.variable)
        #expect(names.contains("ACTIVITYD_SERVER_MAX_BODY_BYTES"))
        #expect(names.contains("ACTIVITYD_OBSERVABILITY_EVENT_LOG_TTL_SECONDS"))
        #expect(Set(names).count == names.count)
    }

    @Test func aVariableGoesBeforeTheFileAndAnOptionBeforeBoth() throws {
        let environment = ["ACTIVITYD_SERVER_LISTEN": "localhost:2,[::1]:3", "ACTIVITYD_SERVER_WORKERS": "2"]
        let yaml = "server: {listen: ['localhost:1'], workers: 1, max_connections: 1}"
        let withoutOption = try #require(Loaded(yaml, environment: environment).config).server
        #expect(withoutOption.listen.map(\.description) == ["localhost:2", "[::1]:3"])
        #expect(withoutOption.workers == 2)
        #expect(withoutOption.maxConnections == 1)
        let withOption = try #require(Loaded(yaml, environment: environment, listen: ["localhost:4"]).config).server
        #expect(withOption.listen.map(\.description) == ["localhost:4"])
    }

    @Test(arguments: ConfigSchema.keys.map(\.path))
    func everyKeyHasAVariable(_ path: String) throws {
        let key = try #require(ConfigSchema.keys.first { $0.path == path })
        let (text, expected) =
            switch key.field {
            case .addresses: ("localhost:1", "localhost:1")
            case .integer: (" 7 ", "7")
            case .backend: ("off", "disabled")
            case .logLevel: ("Trace", "trace")
            }
        let loaded = Loaded("", environment: [key.variable: text])
        #expect(key.field.text(in: try #require(loaded.config)) == expected)
        #expect(loaded.text == "")
    }

    @Test func aWorkspaceInheritsFromTheEnvironment() throws {
        let loaded = Loaded(
            "workspaces: {a: {event_log: {max_entries: 5}}}",
            environment: ["ACTIVITYD_OBSERVABILITY_EVENT_LOG_TTL_SECONDS": "2m"])
        #expect(try #require(loaded.config).policy("a").bounds == LogBounds(ttlSeconds: 120, maxEntries: 5))
    }

    @Test func anUnusableVariableLeavesTheValueOfTheFile() throws {
        let loaded = Loaded("server: {workers: 3}", environment: ["ACTIVITYD_SERVER_WORKERS": "many"])
        #expect(loaded.config?.server.workers == 3)
        #expect(
            loaded.text == "ACTIVITYD_SERVER_WORKERS: warning: 'workers' must be an integer, not 'many': using 3")
    }

    @Test func anEmptyVariableCountsAsNotSet() {
        let loaded = Loaded("", environment: ["ACTIVITYD_SERVER_LISTEN": "", "ACTIVITYD_SERVER_WORKERS": " "])
        #expect(loaded.config == DaemonConfig())
        #expect(loaded.text == "")
    }

    @Test func aVariableThatIsNoAddressRefuses() {
        let loaded = Loaded("", environment: ["ACTIVITYD_SERVER_LISTEN": "localhost:1,8790"])
        #expect(loaded.config == nil)
        #expect(
            loaded.text
                == "ACTIVITYD_SERVER_LISTEN: error: not an address: '8790': it has no port (write HOST:PORT)")
    }

    @Test func anOptionThatIsNoAddressRefuses() {
        let loaded = Loaded("", listen: ["localhost:x"])
        #expect(loaded.config == nil)
        #expect(
            loaded.text
                == "--listen: error: not an address: 'localhost:x': the port 'x' is not a number from 0 to 65535")
    }

    @Test(arguments: [
        ("ACTIVITYD_SERVER_MAX_BODY_BYTE", " (did you mean 'ACTIVITYD_SERVER_MAX_BODY_BYTES'?)"),
        ("ACTIVITYD_LISTEN", " (did you mean 'ACTIVITYD_SERVER_LISTEN'?)"),
        ("ACTIVITYD_LOG_LEVEL", " (did you mean 'ACTIVITYD_OBSERVABILITY_LOG_LEVEL'?)"),
        ("ACTIVITYD_X", ""),
        ("ACTIVITYD_", ""),
    ])
    func aVariableThatNoKeyHasIsWarnedOf(_ name: String, _ hint: String) {
        let loaded = Loaded("", environment: [name: "1"])
        #expect(loaded.text == "\(name): warning: no key has this variable\(hint)")
    }

    @Test(arguments: [
        "ACTIVITYD_CONFIG", "ACTIVITYD_PORT", "ACTIVITYD_PORT_8790_TCP_ADDR", "ACTIVITYD_SERVICE_HOST", "PATH",
        "ACTIVITY_X",
    ])
    func variablesOfOthersAreNoMistake(_ name: String) {
        #expect(Loaded("", environment: [name: "tcp://10.0.0.1:8790"]).text == "")
    }

    @Test func findingsOfTheFileComeFirstAndEachOnlyOnce() {
        let loaded = Loaded(
            "b: 1\na: 1\n", environment: ["ACTIVITYD_Z": "1", "ACTIVITYD_SERVER_WORKERS": "x"], listen: ["y"])
        #expect(
            loaded.diagnostics.map(\.location) == [
                "activityd.yaml:1:1", "activityd.yaml:2:1", "ACTIVITYD_SERVER_WORKERS", "ACTIVITYD_Z", "--listen",
            ])
    }
}
