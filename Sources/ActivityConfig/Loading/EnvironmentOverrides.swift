/// The environment variables `ACTIVITYD_…`, one for each key.
enum EnvironmentOverrides {
    /// What the name of each begins with.
    static let prefix = "ACTIVITYD_"

    /// Variables of that prefix that name no key and are no mistake.
    private static func isForeign(_ name: String) -> Bool {
        // Kubernetes sets NAME_SERVICE_HOST, NAME_PORT_80_TCP_ADDR and the like in each pod for each service, so a
        // service that is called activityd would be warned of in every container that runs this daemon.
        name == ConfigLocation.variable || name.hasPrefix(prefix + "SERVICE_") || name == prefix + "PORT"
            || name.hasPrefix(prefix + "PORT_")
    }

    /// Sets each key whose variable is there and not empty.
    static func apply(_ environment: [String: String], to config: inout DaemonConfig, findings: inout ConfigFindings) {
        for key in ConfigSchema.keys {
            guard let text = environment[key.variable], !text.trimmingWhitespace().isEmpty else { continue }
            key.assign(.text(text, .variable(key.variable)), to: &config, findings: &findings)
        }
        let known = Set(ConfigSchema.keys.map(\.variable))
        for name in environment.keys.sorted() where name.hasPrefix(prefix) && !known.contains(name) && !isForeign(name)
        {
            findings.warn("no key has this variable" + hint(for: name), at: .variable(name))
        }
    }

    /// The variable that may have been meant: a near one, or the one that ends alike (`ACTIVITYD_LISTEN`).
    private static func hint(for name: String) -> String {
        let variables = ConfigSchema.keys.map(\.variable)
        if let tail = variables.first(where: { $0.hasSuffix("_" + name.dropFirst(prefix.count)) }) {
            return " (did you mean '\(tail)'?)"
        }
        return Spelling.hint(for: name, among: variables)
    }
}
