internal import ActivityLog

/// Walks the nodes of one file along the schema.
struct ConfigReader {
    /// What was found so far.
    var findings: ConfigFindings
    /// Map entries that may still be visited. A file of 1 MiB has room for fewer; only aliases that multiply each
    /// other get past it, and they would keep the daemon from starting for as long as they like.
    var entriesLeft = 100_000
    /// The `workspaces` section; kept for ``readWorkspaces(into:)``, since its entries inherit from what the
    /// environment may still change.
    private var workspaces: ConfigEntry?

    init(findings: ConfigFindings) {
        self.findings = findings
    }

    /// Reads all but the workspaces.
    mutating func read(_ root: YAMLNode, into config: inout DaemonConfig) {
        guard let entries = entries(of: root, named: "the file") else { return }
        read(entries, section: "", keys: ConfigSchema.keys, into: &config)
    }

    /// Reads the workspaces, each on top of the default of `config`.
    mutating func readWorkspaces(into config: inout DaemonConfig) {
        guard let workspaces, let patterns = entries(of: workspaces.node, named: "'workspaces'") else { return }
        for entry in patterns {
            guard let pattern = WorkspacePattern(entry.key) else {
                findings.warn(
                    "\(quoted(entry.key)) is neither a workspace id nor a pattern "
                        + "(1 to \(WorkspaceID.maxBytes) of A-Z a-z 0-9 . _ ~ - with * and ?)", at: entry.place)
                continue
            }
            var override = config
            if let sections = entries(of: entry.node, named: quoted(entry.key)) {
                // `workspaces.PATTERN.event_log` has the keys of `observability.event_log`.
                read(sections, section: "observability.", keys: ConfigSchema.eventLogKeys, into: &override)
            }
            config.workspaces.append(
                WorkspaceConfig(pattern: pattern, eventLog: override.observability.eventLog))
        }
    }

    /// Reads the entries of a section; `section` is empty or ends in a dot, `keys` are those that may stand below.
    private mutating func read(
        _ entries: [ConfigEntry], section: String, keys: [ConfigKey], into config: inout DaemonConfig
    ) {
        for entry in entries {
            let path = section + entry.key
            if entry.key.contains(".") {
                findings.warn("unknown key \(quoted(entry.key))" + nestingHint(for: path, keys), at: entry.place)
            } else if let key = keys.first(where: { $0.path == path }) {
                key.assign(entry.input, to: &config, findings: &findings)
            } else if keys.contains(where: { $0.path.hasPrefix(path + ".") }) {
                guard let inner = self.entries(of: entry.node, named: quoted(entry.key)) else { continue }
                read(inner, section: path + ".", keys: keys, into: &config)
            } else if path == ConfigSchema.workspacesPath {
                workspaces = entry
            } else {
                findings.warn("unknown key \(quoted(entry.key))" + hint(for: entry.key, section, keys), at: entry.place)
            }
        }
    }

    /// A path is not a key: it would be a second way to say the same, and the two could disagree in one file.
    private func nestingHint(for path: String, _ keys: [ConfigKey]) -> String {
        keys.first { $0.path == path }.map { " (put '\($0.name)' below '\($0.section)')" } ?? ""
    }

    /// What may have been meant by an unknown key: the same word in another section, else a near one of this section,
    /// else a near one of another. Paths below this section are named from here on.
    private func hint(for name: String, _ section: String, _ keys: [ConfigKey]) -> String {
        func relative(_ path: Substring) -> Substring {
            path.hasPrefix(section) ? path.dropFirst(section.count) : path
        }
        if let elsewhere = keys.first(where: { $0.name == name }) {
            return " (it belongs to '\(relative(elsewhere.section))')"
        }
        var siblings = keys.filter { $0.path.hasPrefix(section) }.compactMap {
            relative($0.path[...]).split(separator: ".").first.map(String.init)
        }
        if section.isEmpty { siblings.append(ConfigSchema.workspacesPath) }
        if let near = Spelling.closest(to: name, among: siblings) { return " (did you mean '\(near)'?)" }
        let near = Spelling.closest(to: name, among: keys.map { String($0.name) })
        return keys.first { $0.name == near ?? "" }.map { " (did you mean '\(relative($0.path[...]))'?)" } ?? ""
    }
}
