/// The least severe log line that the daemon writes, least severe first; the names are those of swift-log.
package enum LogLevel: String, CaseIterable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical

    /// Reads a level as a person writes it: surrounding white space and letter case do not matter.
    /// Nil for a name that no level has.
    package init?(name: String) {
        self.init(rawValue: name.trimmingWhitespace().lowercased())
    }
}
