extension ConfigReader {
    /// The entries of a map in their order, those that `<<` merges into it last. Nil, with a warning where something
    /// else stands, for what is not a map.
    mutating func entries(of node: YAMLNode, named name: String) -> [ConfigEntry]? {
        if node.isNothing { return nil }
        guard case .mapping(let mapping) = node.content else {
            let noun = if case .sequence = node.content { "a list" } else { "a value" }
            findings.warn("\(name) must be a map, not \(noun): ignored", at: node.place)
            return nil
        }
        return entries(of: mapping)
    }

    /// Merges as <https://yaml.org/type/merge.html> says: the map's own keys win, then the map that is merged first.
    private mutating func entries(of mapping: [YAMLEntry]) -> [ConfigEntry] {
        var entries: [ConfigEntry] = []
        var merged: [ConfigEntry] = []
        for entry in mapping {
            let place = entry.key.place
            guard spendEntry(at: place) else { break }
            guard let scalar = entry.key.scalar else {
                findings.warn("a key must be text, not a list or a map: ignored", at: place)
                continue
            }
            if scalar.text == "<<", scalar.style == .plain {
                merged += merge(entry.value, at: place)
            } else {
                entries.append(ConfigEntry(key: scalar.text, place: place, node: entry.value))
            }
        }
        var keys = Set(entries.map(\.key))
        for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private mutating func merge(_ value: YAMLNode, at place: ConfigPlace) -> [ConfigEntry] {
        switch value.content {
        case .mapping(let mapping): return entries(of: mapping)
        case .sequence(let nodes):
            var merged: [ConfigEntry] = []
            for node in nodes {
                guard spendEntry(at: place) else { break }
                if case .mapping(let mapping) = node.content {
                    merged += entries(of: mapping)
                } else {
                    findings.warn("'<<' merges maps only: ignored", at: node.place)
                }
            }
            return merged
        case .scalar:
            findings.warn("'<<' merges maps only: ignored", at: value.place)
            return []
        }
    }

    /// Counts a visit; false once there have been too many, which is an error.
    private mutating func spendEntry(at place: ConfigPlace) -> Bool {
        entriesLeft -= 1
        if entriesLeft == 0 { findings.fail("too many entries, with those that aliases repeat", at: place) }
        return entriesLeft > 0
    }
}
