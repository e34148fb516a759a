import ActivityLog
import Testing

@testable import ActivityConfig

/// Holds `config/activityd.yaml` and `docs/configuration.md` to the schema.
@Suite struct ShippedConfigTests {
    /// A live line of the shipped file.
    private struct Line {
        let path: String
        let value: String
        /// The comment above, without `#` and without its indentation.
        let comment: [String]
    }

    /// Reads the simple YAML of the shipped file: two spaces a level, no quotes, no braces.
    private func lines() throws -> [Line] {
        var lines: [Line] = []
        var sections: [Substring] = []
        var comment: [String] = []
        for text in try Repository.file("config/activityd.yaml").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let content = text.drop { $0 == " " }
            if content.isEmpty {
                comment = []
            } else if content.hasPrefix("#") {
                comment.append(String(content.dropFirst().drop { $0 == " " }))
            } else if content.hasPrefix("- "), let last = lines.popLast() {
                let value = last.value.isEmpty ? content.dropFirst(2) : "\(last.value), \(content.dropFirst(2))"
                lines.append(Line(path: last.path, value: String(value), comment: last.comment))
            } else {
                let parts = content.split(separator: ":", maxSplits: 1)
                sections = sections.prefix((text.count - content.count) / 2) + [parts[0]]
                let value = parts.count > 1 ? String(parts[1].dropFirst()) : ""
                lines.append(Line(path: sections.joined(separator: "."), value: value, comment: comment))
                comment = []
            }
        }
        return lines
    }

    @Test func theShippedFileChangesNothing() throws {
        let loaded = Loaded(try Repository.file("config/activityd.yaml"))
        #expect(loaded.text == "")
        #expect(loaded.config == DaemonConfig())
    }

    @Test func theShippedFileHasTheKeysOfTheSchemaInItsOrder() throws {
        let sections = ["server", "observability", "observability.event_log", "workspaces"]
        #expect(try lines().map(\.path).filter { !sections.contains($0) } == ConfigSchema.keys.map(\.path))
    }

    @Test(arguments: ConfigSchema.keys.map(\.path))
    func theShippedFileSaysWhatAKeyMeansItsRangeAndItsDefault(_ path: String) throws {
        let key = try #require(ConfigSchema.keys.first { $0.path == path })
        let line = try #require(try lines().first { $0.path == path })
        #expect(line.value == key.defaultText)
        #expect(
            Array(line.comment.prefix(2)) == [key.summary, "\(key.values). Default: \(key.defaultRemarked)"])
    }

    /// The commented examples are uncommented and loaded.
    @Test func theExamplesOfTheShippedFileAreRight() throws {
        let examples = try Repository.file("config/activityd.yaml").split(separator: "\nworkspaces:\n")
        try #require(examples.count == 2)
        let live = examples[1].split(separator: "\n").map { "  " + $0.dropFirst("  # ".count) }
        let loaded = Loaded("workspaces:\n" + live.joined(separator: "\n"))
        #expect(loaded.text == "")
        #expect(loaded.config?.workspaces.map(\.pattern.text) == ["ci-*", "*-scratch", "platform"])
    }

    @Test func theDocumentationHasATableOfTheSchema() throws {
        let head = """
            | key | value | default | variable | meaning |
            |---|---|---|---|---|

            """
        let table = head + ConfigSchema.keys.map(\.tableRow).joined(separator: "\n") + "\n"
        let documentation = try Repository.file("docs/configuration.md")
        #expect(documentation.contains("\n\n\(table)\n"), "docs/configuration.md should hold this table:\n\(table)")
    }

    /// Blocks of the documentation that are marked as YAML or as what the daemon prints about the one before.
    @Test func theExamplesOfTheDocumentationAreRight() throws {
        let blocks = try Repository.file("docs/configuration.md").split(separator: "```")
        var yaml = ""
        var checked = 0
        for block in blocks {
            if block.hasPrefix("yaml\n") {
                yaml = String(block.dropFirst("yaml\n".count))
                #expect(Loaded(yaml).config != nil, "\(yaml)")
                checked += 1
            } else if block.hasPrefix("text\nactivityd.yaml:") {
                #expect(Loaded(yaml).text + "\n" == block.dropFirst("text\n".count))
                checked += 1
            }
        }
        #expect(checked >= 3)
    }
}
