internal import Yams

extension Node {
    /// The root of the single document in `source`. Nil for an empty document, and for broken YAML, which is an error
    /// in `findings`.
    ///
    /// Scalars stay text (``Resolver/basic``): what `010`, `off` or `1_000` mean is decided by the key, not by the
    /// rules of YAML 1.1. Aliases share the node of their anchor, so they cost nothing however often they nest, but
    /// for one case: Yams hashes the keys of a map, and so walks through a key that is itself a nest of aliases.
    static func compose(_ source: SourceText, findings: inout ConfigFindings) -> Node? {
        do {
            // The encoding is named because the default prints to standard output under YAMS_DEFAULT_ENCODING.
            return try Parser(yaml: source.text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            error.report(in: source, to: &findings)
        } catch {
            findings.fail("broken YAML: \(error)", at: .file)
        }
        return nil
    }
}

extension YamlError {
    fileprivate func report(in source: SourceText, to findings: inout ConfigFindings) {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let whereabouts = context.map { " (\($0.text) at line \($0.mark.line))" } ?? ""
            findings.fail(
                "broken YAML: \(problem)\(whereabouts)\(hint(at: mark, in: source))", at: source.place(of: mark))
        case .composer(let context, let problem, let mark, _):
            let sentence = context.map { "\($0.text) \(problem)" } ?? problem
            findings.fail("broken YAML: \(sentence)\(hint(at: mark, in: source))", at: source.place(of: mark))
        case .duplicatedKeysInMapping(let names, let context):
            reportDuplicate(names.first ?? "", at: context.mark, in: source, to: &findings)
        default:
            // The text was checked for what the reader refuses, and nothing is written: only the memory is left.
            findings.fail("broken YAML: \(self)", at: .file)
        }
    }

    /// What is usually behind a message of libYAML that does not say it.
    private func hint(at mark: Mark, in source: SourceText) -> String {
        guard source.lines.indices.contains(mark.line - 1) else { return "" }
        return switch source.lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first {
        case "\t": "; indent with spaces, not tabs"
        case "*": "; put a pattern that begins with * between quotes"
        default: ""
        }
    }

    /// Yams tells where the key stands first. The second place is looked for in the text: below, in the same column,
    /// which finds it in every map that is not written in braces.
    private func reportDuplicate(
        _ name: String, at first: Mark, in source: SourceText, to findings: inout ConfigFindings
    ) {
        let spellings = [name, "\"\(name)\"", "'\(name)'"]
        for (index, line) in source.lines.enumerated().dropFirst(first.line) {
            let scalars = line.unicodeScalars
            let indent = scalars.prefix { $0 == " " }.count
            let rest = scalars.dropFirst(indent)
            guard let start = rest.first, start != "#" else { continue }
            if indent < first.column - 1 { break }
            guard indent == first.column - 1 else { continue }
            for spelling in spellings where rest.starts(with: spelling.unicodeScalars) {
                let after = rest.dropFirst(spelling.unicodeScalars.count).drop { $0 == " " }
                guard after.first == ":" else { continue }
                findings.fail(
                    "duplicate key '\(name)' (first at line \(first.line))",
                    at: .source(line: index + 1, column: first.column, token: name))
                return
            }
        }
        findings.fail(
            "duplicate key '\(name)'", at: .source(line: first.line, column: first.column, token: name))
    }
}

extension SourceText {
    /// The place of a mark; libYAML puts what is missing at the end of the text into a line after the last.
    fileprivate func place(of mark: Mark) -> ConfigPlace {
        guard mark.line > lines.count, let last = lines.last else {
            return .source(line: mark.line, column: mark.column, token: "")
        }
        return .source(line: lines.count, column: last.unicodeScalars.count + 1, token: "")
    }
}
