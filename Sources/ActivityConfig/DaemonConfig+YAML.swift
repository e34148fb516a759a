private import ActivityLog

extension DaemonConfig {
    /// The configuration as a file with every key, which loads to the same value again. Ends in a newline.
    package var yaml: String {
        var lines: [String] = []
        var section: Substring = ""
        for key in ConfigSchema.keys {
            if key.section != section {
                lines += Self.headings(of: key.section, after: section)
                section = key.section
            }
            let indent = String(repeating: "  ", count: section.split(separator: ".").count)
            lines.append("\(indent)# \(key.summary)")
            lines += key.yamlLines(in: self).map { indent + $0 }
        }
        if !workspaces.isEmpty { lines.append("\(ConfigSchema.workspacesPath):") }
        for workspace in workspaces {
            lines += ["  \"\(workspace.pattern.text)\":", "    event_log:"]
            var scratch = self
            scratch.observability.eventLog = workspace.eventLog
            for key in ConfigSchema.eventLogKeys { lines += key.yamlLines(in: scratch).map { "      " + $0 } }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The lines that open `section`, of whose parents those of the section before are open already.
    private static func headings(of section: Substring, after previous: Substring) -> [String] {
        let names = section.split(separator: ".")
        let open = zip(names, previous.split(separator: ".")).prefix { $0 == $1 }.count
        return names.indices.dropFirst(open).map { String(repeating: "  ", count: $0) + "\(names[$0]):" }
    }
}

extension ConfigKey {
    /// The key with its value in `config`, relative to its section.
    fileprivate func yamlLines(in config: DaemonConfig) -> [String] {
        guard case .addresses(let property) = field else { return ["\(name): \(field.text(in: config))"] }
        return ["\(name):"] + config[keyPath: property].map { "  - \(Self.quotedYAML($0.description))" }
    }

    /// A double-quoted scalar (YAML 1.1 section 5.6); an address holds no control characters.
    private static func quotedYAML(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
