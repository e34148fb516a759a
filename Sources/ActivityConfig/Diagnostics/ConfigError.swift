/// The configuration holds something that the daemon cannot start with.
package struct ConfigError: Error, Sendable {
    /// Everything that was found, warnings too; at least one is an error.
    package let diagnostics: [ConfigDiagnostic]
}

extension ConfigError {
    /// The first error in one line, and how many there are besides.
    package var summary: String {
        let errors = diagnostics.filter { $0.severity == .error }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return errors.first.map { "\($0.location): \($0.message)\(more)" } ?? ""
    }
}

extension ConfigError: CustomStringConvertible {
    /// All findings as a compiler would print them.
    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
