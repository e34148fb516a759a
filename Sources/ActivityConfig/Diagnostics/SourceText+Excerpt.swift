extension SourceText {
    /// The line, and below it a caret under `column` with a tilde under each further character of the token.
    ///
    /// `token` is what the scalar there holds, or empty for a list or a map, of which only the start is marked.
    /// A place past the end of the text (libyaml reports some there) gets an empty line. Of a line longer than 160
    /// scalars only the surroundings of the column are shown.
    func excerpt(line: Int, column: Int, token: String) -> String {
        let scalars = lines.indices.contains(line - 1) ? Array(lines[line - 1].unicodeScalars) : []
        let mark = min(max(column - 1, 0), scalars.count)
        let end = mark + max(1, Self.width(of: token, at: scalars[mark...]))

        let longest = 160
        let first = scalars.count > longest ? max(0, mark - 60) : 0
        let last = min(scalars.count, first + longest)
        let cutBefore = first > 0 ? "…" : ""
        let cutAfter = last < scalars.count ? "…" : ""

        let shown = String(String.UnicodeScalarView(scalars[first..<last].map { $0 == "\t" ? $0 : $0.printable }))
        // Tabs stay tabs in both lines, so that the caret stands right whatever their width is.
        let indent = scalars[first..<mark].map { $0 == "\t" ? "\t" : String(repeating: " ", count: $0.columns) }
        let marked = scalars[mark..<max(mark, min(end, last))].map(\.columns).reduce(0, +)
        let caret = "^" + String(repeating: "~", count: max(0, marked - 1))
        return cutBefore + shown + cutAfter + "\n" + (cutBefore.isEmpty ? "" : " ") + indent.joined() + caret
    }

    /// How many scalars of the line belong to the token that begins it.
    private static func width(of token: String, at rest: ArraySlice<Unicode.Scalar>) -> Int {
        guard let first = rest.first, !token.isEmpty || first == "\"" || first == "'" else { return 1 }
        if rest.starts(with: token.unicodeScalars) { return token.unicodeScalars.count }
        if first == "\"" || first == "'" {
            // The value in the file is longer than the token: it is quoted, maybe with escapes.
            var index = rest.index(after: rest.startIndex)
            while index < rest.endIndex, rest[index] != first {
                index += first == "\"" && rest[index] == "\\" ? 2 : 1
            }
            return min(index + 1, rest.endIndex) - rest.startIndex
        }
        return rest.prefix { !$0.properties.isWhitespace && $0 != ":" && $0 != "," }.count
    }
}

extension Unicode.Scalar {
    /// Columns that a terminal gives it: 2 for the wide blocks of East Asian scripts and for emoji, 0 for marks that
    /// combine with the letter before, else 1. An approximation of UAX #11 by block, enough to place a caret.
    var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        return switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
