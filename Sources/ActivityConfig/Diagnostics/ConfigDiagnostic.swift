/// One finding about the configuration.
package struct ConfigDiagnostic: Sendable, Hashable {
    /// How much it matters.
    package enum Severity: String, Sendable {
        /// The daemon goes on with something else.
        case warning
        /// The daemon does not start.
        case error
    }

    /// Where it is.
    package enum Origin: Sendable, Hashable {
        /// A place in the file, both counted from 1, the column in Unicode scalars. `excerpt` is the source line and
        /// the line with the caret, separated by a newline.
        case source(file: String, line: Int, column: Int, excerpt: String)
        /// The file as a whole.
        case file(String)
        /// The environment variable of this name.
        case variable(String)
        /// The option of the command line of this name.
        case option(String)
    }

    /// How much it matters.
    package let severity: Severity
    /// Where it is.
    package let origin: Origin
    /// What is wrong, what would be right, what is used instead: one line.
    package let message: String

    /// Where it is, as it precedes the message: `activityd.yaml:12:5`, or the name of a file, variable or option.
    package var location: String {
        switch origin {
        case .source(let file, let line, let column, _): "\(file):\(line):\(column)"
        case .file(let name), .variable(let name), .option(let name): name
        }
    }

    /// The same finding where nothing is forgiven.
    var asError: ConfigDiagnostic { ConfigDiagnostic(severity: .error, origin: origin, message: message) }
}

extension ConfigDiagnostic: CustomStringConvertible {
    /// As a compiler would print it: `location: severity: message`, then the source line and a caret where there is
    /// one. No newline at the end.
    package var description: String {
        let headline = "\(location): \(severity.rawValue): \(message)"
        return if case .source(_, _, _, let excerpt) = origin { "\(headline)\n\(excerpt)" } else { headline }
    }
}

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
