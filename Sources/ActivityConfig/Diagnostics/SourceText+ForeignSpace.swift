extension SourceText {
    /// What to say of a line in which something that looks like a space, or like nothing, stands where YAML wants a space
    /// or the beginning of a key: in the indentation, beside a `:`, or after the `-` of a list. Empty for any other line.
    ///
    /// Editors and web pages put a no-break space there; to YAML it is a letter like any other, and what it then finds
    /// wrong is seldom on that line.
    func foreignSpaceHint(line: Int) -> String {
        guard lines.indices.contains(line - 1) else { return "" }
        var previous: Unicode.Scalar = " "
        var isIndentation = true
        let scalars = lines[line - 1].unicodeScalars
        for (scalar, next) in zip(scalars, Array(scalars.dropFirst()) + [" "]) {
            if scalar == "#", isIndentation || previous == " " { return "" }
            if scalar.isForeignSpace {
                if isIndentation || previous == ":" || previous == "-" || next == ":" {
                    return " (line \(line) holds \(scalar.nameWithCode), which is no space to YAML)"
                }
            } else if scalar != " " {
                isIndentation = scalar == "-" && isIndentation
            }
            previous = scalar
        }
        return ""
    }
}

extension Unicode.Scalar {
    /// Whether a reader takes it for a space, or does not see it, while YAML takes it for text.
    fileprivate var isForeignSpace: Bool {
        guard value > 0x7F, !SourceText.isLineEnd(self) else { return false }
        return properties.isWhitespace || properties.generalCategory == .format
    }

    /// `U+00A0 NO-BREAK SPACE`
    fileprivate var nameWithCode: String {
        let code = String(value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return "U+\(padded) " + (properties.name ?? properties.nameAlias ?? "")
    }
}
