/// The text of a configuration file by lines, for excerpts.
struct SourceText {
    /// All of it, without a byte order mark.
    let text: String
    /// Its lines without their ends, at least one.
    let lines: [Substring]

    init(_ text: String) {
        // In scalars, because for Character a letter may swallow what follows it.
        let scalars = text.unicodeScalars
        var lines: [Substring] = []
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let next = scalars.index(after: index)
            let isCRLF = scalars[index] == "\r" && next < scalars.endIndex && scalars[next] == "\n"
            if Self.isLineEnd(scalars[index]) {
                lines.append(Substring(scalars[start..<index]))
                start = isCRLF ? scalars.index(after: next) : next
            }
            index = isCRLF ? start : next
        }
        lines.append(Substring(scalars[start...]))
        self.text = text
        self.lines = lines
    }

    /// Whether libyaml counts a line there: besides CR and LF also NEL, LS and PS, which YAML 1.1 section 4.1.4 names.
    static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// The line and the column, both from 1, of a position counted in scalars from 0.
    func place(ofScalar offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars.prefix(offset) {
            if Self.isLineEnd(scalar) {
                if !(scalar == "\n" && previous == "\r") { line += 1 }
                column = 1
            } else {
                column += 1
            }
            previous = scalar
        }
        return (line, column)
    }
}
