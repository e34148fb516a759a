import ActivityLog

@testable import ActivityConfig

/// What came of one configuration text.
struct Loaded {
    let config: DaemonConfig?
    let diagnostics: [ConfigDiagnostic]

    /// All diagnostics as they are printed.
    var text: String { diagnostics.map(\.description).joined(separator: "\n") }

    /// Loads a text under the name `activityd.yaml`.
    init(
        _ yaml: String, environment: [String: String] = [:], listen: [String] = [],
        resolve: (String) -> HostResolution = { _ in .found }
    ) {
        self.init(Array(yaml.utf8), environment: environment, listen: listen, resolve: resolve)
    }

    /// Loads bytes under the name `activityd.yaml`.
    init(
        _ bytes: [UInt8], environment: [String: String] = [:], listen: [String] = [],
        resolve: (String) -> HostResolution = { _ in .found }
    ) {
        do throws(ConfigError) {
            let findings = ConfigFindings(file: "activityd.yaml")
            let result = try DaemonConfig.load(
                bytes, environment: environment, listen: listen, resolve: resolve, findings: findings)
            config = result.config
            diagnostics = result.warnings
        } catch {
            config = nil
            diagnostics = error.diagnostics
        }
    }
}

extension DaemonConfig {
    /// The policy of the workspace with this id.
    func policy(_ id: String) -> LogPolicy {
        let bytes = Array(id.utf8)
        return eventLogs.policy(for: bytes.span)
    }
}
