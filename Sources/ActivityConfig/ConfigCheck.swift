/// The configuration held to the letter, for `activityd check`: whatever the daemon would warn of is an error.
package struct ConfigCheck: Sendable {
    /// What diagnostics call the configuration.
    private let subject: String
    /// All findings, each an error.
    package let diagnostics: [ConfigDiagnostic]
    /// What the daemon would run with; nil when it would not start.
    package let config: DaemonConfig?

    /// Reads the configuration as ``DaemonConfig/load(path:environment:listen:resolve:)`` does.
    package init(
        path: String?, environment: [String: String], listen: [String] = [],
        resolve: (String) -> HostResolution = { _ in .found }
    ) {
        subject = path ?? "defaults"
        do throws(ConfigError) {
            let (config, warnings) = try DaemonConfig.load(
                path: path, environment: environment, listen: listen, resolve: resolve)
            self.config = config
            diagnostics = warnings.map(\.asError)
        } catch {
            config = nil
            diagnostics = error.diagnostics.map(\.asError)
        }
    }

    /// Whether nothing was found.
    package var passed: Bool { diagnostics.isEmpty }

    /// Every finding as a compiler would print it, then one line with their number, or `FILE: ok`. No newline at the
    /// end.
    package var report: String {
        let verdict =
            switch diagnostics.count {
            case 0: "ok"
            case 1: "1 error"
            default: "\(diagnostics.count) errors"
            }
        return (diagnostics.map(\.description) + ["\(subject): \(verdict)"]).joined(separator: "\n")
    }
}
