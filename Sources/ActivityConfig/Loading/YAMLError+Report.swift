extension YAMLNode {
    /// The root of the single document in `source`. Nil for an empty document, and for broken YAML, which is an error
    /// in `findings`.
    static func parse(_ source: SourceText, findings: inout ConfigFindings) -> YAMLNode? {
        do throws(YAMLError) {
            return try YAMLParser.parse(source.text)
        } catch {
            error.report(in: source, to: &findings)
            return nil
        }
    }
}

extension YAMLError {
    fileprivate func report(in source: SourceText, to findings: inout ConfigFindings) {
        switch self {
        case .syntax(let problem, let context, let mark):
            let whereabouts = context.map { " (\($0.text) at line \($0.line))" } ?? ""
            let hint = Self.hint(at: mark, in: source) + Self.foreignSpaceHint(before: mark, in: source)
            findings.fail("broken YAML: \(problem)\(whereabouts)\(hint)", at: source.place(of: mark))
        case .undefinedAlias(let mark):
            findings.fail(
                "broken YAML: found undefined alias\(Self.hint(at: mark, in: source))", at: source.place(of: mark))
        case .anotherDocument(let mark):
            findings.fail(
                "broken YAML: expected a single document in the stream but found another document",
                at: source.place(of: mark))
        case .duplicateKey(let name, let first, let second) where first.line == second.line:
            // One excerpt shows both.
            findings.fail(
                "duplicate key '\(name)'", at: .source(line: first.line, column: first.column, token: name))
        case .duplicateKey(let name, let first, let second):
            findings.fail(
                "duplicate key '\(name)' (first at line \(first.line))",
                at: .source(line: second.line, column: second.column, token: name))
        case .tooDeep(let mark):
            findings.fail(
                "broken YAML: nested deeper than \(YAMLParser.maxHeight) levels, with those that aliases add",
                at: source.place(of: mark))
        case .outOfMemory:
            findings.fail("broken YAML: no memory is left to read it", at: .file)
        }
    }

    /// The same as ``SourceText/foreignSpaceHint(line:)`` for the lines above `mark`, from the nearest on.
    private static func foreignSpaceHint(before mark: YAMLMark, in source: SourceText) -> String {
        guard source.foreignSpaceHint(line: mark.line).isEmpty else { return "" }
        let lines = (1..<max(1, min(mark.line, source.lines.count + 1))).reversed()
        return lines.lazy.map(source.foreignSpaceHint(line:)).first { !$0.isEmpty } ?? ""
    }

    /// The usual cause of a message of libyaml that does not name it.
    private static func hint(at mark: YAMLMark, in source: SourceText) -> String {
        guard source.lines.indices.contains(mark.line - 1) else { return "" }
        return switch source.lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first {
        case "\t": "; indent with spaces, not tabs"
        case "*": "; put a pattern that begins with * between quotes"
        default: ""
        }
    }
}

extension SourceText {
    /// The place of a mark; libyaml puts what is missing at the end of the text into a line after the last.
    fileprivate func place(of mark: YAMLMark) -> ConfigPlace {
        guard mark.line > lines.count, let last = lines.last else {
            return .source(line: mark.line, column: mark.column, token: "")
        }
        return .source(line: lines.count, column: last.unicodeScalars.count + 1, token: "")
    }
}
