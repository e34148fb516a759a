/// The backends that a log can be kept in; the raw value is the name in the configuration.
///
/// Adding one is a case here, a folder (or a target) with its ``EventStore``, and a line in
/// ``EventLogs``. The configuration takes its accepted names from `allCases`, and
/// the conformance suite runs over them.
package enum BackendKind: String, CaseIterable, Sendable {
    /// In this process, bounded, lost at a restart.
    case memory
    /// Keeps nothing: appends are acknowledged with increasing ids, reads are empty.
    case disabled
    /// In a database file: survives a crash.
    case sqlite
    /// In Redis Streams: shared by several daemons.
    case redis

    /// Other accepted spellings. Tools that read and write YAML make `false` or `no` of an `off` without quotes.
    package var aliases: [String] {
        switch self {
        case .disabled: ["off", "none", "no", "false"]
        case .memory, .sqlite, .redis: []
        }
    }

    /// Reads a backend's name as a person writes it: surrounding white space and letter case do not matter.
    /// Nil for a name that no backend has.
    package init?(name: String) {
        let trimmed = name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let wanted = String(trimmed).lowercased()
        guard let kind = Self.allCases.first(where: { $0.rawValue == wanted || $0.aliases.contains(wanted) }) else {
            return nil
        }
        self = kind
    }
}

extension BackendKind {
    /// What a log of this kind is kept in by this build: `sqlite` and `redis` are accepted in a configuration but not
    /// built yet, and stand for `memory`. The configuration warns where the two differ.
    package var substitute: BackendKind {
        switch self {
        case .memory, .disabled: self
        case .sqlite, .redis: .memory
        }
    }
}
