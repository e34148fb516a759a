import ActivityLog

@testable import ActivityConfig

// How the schema reads in the shipped file and in the documentation. The tests demand these texts there.

extension ConfigKey {
    /// `Bytes, 1 to 1073741824 (1 GiB)`
    var values: String {
        switch field {
        case .addresses: return "A list, or one line with commas"
        case .integer(_, let unit, let range):
            let noun =
                switch unit {
                case .count: "Integer"
                case .seconds: "Seconds"
                case .bytes: "Bytes"
                }
            return "\(noun), \(range.lowerBound) to \(range.upperBound)\(unit.remark(range.upperBound))"
        case .backend:
            let names = BackendKind.allCases.map { kind in
                kind.rawValue + (kind.aliases.isEmpty ? "" : " (or \(kind.aliases.joined(separator: ", ")))")
            }
            return "One of \(names.joined(separator: ", "))"
        case .logLevel: return "One of \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }

    /// `8388608 (8 MiB)`
    var defaultRemarked: String {
        guard case .integer(let property, let unit, _) = field else { return defaultText }
        return defaultText + unit.remark(DaemonConfig()[keyPath: property])
    }

    /// The row of the table in the documentation.
    var tableRow: String {
        "| `\(path)` | \(values) | \(defaultRemarked) | `\(variable)` | \(summary) |"
    }
}

extension ConfigUnit {
    /// ` (8 MiB)` for a value that is a whole number of a larger unit.
    fileprivate func remark(_ value: Int) -> String {
        let larger = suffixes.filter { $0.value > 1 && value > 0 && value.isMultiple(of: $0.value) }
        return larger.max { $0.value < $1.value }.map { " (\(value / $0.value) \($0.key))" } ?? ""
    }
}
