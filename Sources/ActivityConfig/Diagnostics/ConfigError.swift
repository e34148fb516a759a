/// The configuration holds something that the daemon cannot start with.
package struct ConfigError: Error, Sendable {
    /// Everything that was found, warnings too; at least one is an error.
    package let diagnostics: [ConfigDiagnostic]
}

extension ConfigError: CustomStringConvertible {
    /// All findings as a compiler would print them.
    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
