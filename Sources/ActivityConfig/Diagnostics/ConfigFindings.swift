/// Collects what is found in one configuration.
struct ConfigFindings {
    /// The name of the file.
    private let file: String
    /// Its text, once it has been read; places in the file need it.
    var source: SourceText?
    /// Where each address to listen on was written.
    var addressPlaces: [ListenAddress: ConfigPlace] = [:]
    private var found: [ConfigDiagnostic] = []
    /// An alias leads to the same place many times.
    private var seen: Set<ConfigDiagnostic> = []

    init(file: String) {
        self.file = file
    }

    /// What was found: the file from top to bottom, then the rest in the order of its discovery.
    var diagnostics: [ConfigDiagnostic] {
        let places = found.enumerated().map { index, diagnostic -> (line: Int, column: Int, index: Int) in
            switch diagnostic.origin {
            case .file: (0, 0, index)
            case .source(_, let line, let column, _): (line, column, index)
            case .variable, .option: (.max, .max, index)
            }
        }
        return places.sorted(by: <).map { found[$0.index] }
    }

    /// Whether the daemon cannot start with it.
    var isFatal: Bool { found.contains { $0.severity == .error } }

    /// Adds something that the daemon goes on without.
    mutating func warn(_ message: String, at place: ConfigPlace) {
        add(.warning, message, at: place)
    }

    /// Adds something that the daemon cannot start with.
    mutating func fail(_ message: String, at place: ConfigPlace) {
        add(.error, message, at: place)
    }

    private mutating func add(_ severity: ConfigDiagnostic.Severity, _ message: String, at place: ConfigPlace) {
        var message = message
        if case .source(let line, _, _) = place, let source { message += source.foreignSpaceHint(line: line) }
        let diagnostic = ConfigDiagnostic(severity: severity, origin: origin(of: place), message: message)
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    private func origin(of place: ConfigPlace) -> ConfigDiagnostic.Origin {
        switch place {
        case .variable(let name): return .variable(name)
        case .option(let name): return .option(name)
        case .file: return .file(file)
        case .source(let line, let column, let token):
            guard let source else { return .file(file) }
            let excerpt = source.excerpt(line: line, column: column, token: token)
            return .source(file: file, line: line, column: column, excerpt: excerpt)
        }
    }
}

/// Where something of the configuration was written.
enum ConfigPlace {
    /// In the file. Line and column count from 1, the column in Unicode scalars; `token` is the scalar that begins
    /// there, empty for a list or a map.
    case source(line: Int, column: Int, token: String)
    /// The file as a whole.
    case file
    /// An environment variable.
    case variable(String)
    /// An option of the command line.
    case option(String)
}
