/// One key of the configuration: a row of ``ConfigSchema``.
package struct ConfigKey: Sendable {
    /// Sections and name, separated by dots: `server.max_body_bytes`.
    package let path: String
    /// Its type, its range, and where its value goes.
    package let field: ConfigField
    /// One sentence on what it means.
    package let summary: String

    /// The last part of the path.
    package var name: Substring { path.split(separator: ".").last ?? "" }

    /// The sections, without the name.
    package var section: Substring { path.dropLast(name.count + 1) }

    /// The environment variable that overrides it: `ACTIVITYD_SERVER_MAX_BODY_BYTES`.
    package var variable: String {
        EnvironmentOverrides.prefix + path.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The default as an operator would write it.
    package var defaultText: String { field.text(in: DaemonConfig()) }
}
