/// `text` between single quotes, fit for one line of a terminal: control and format characters become U+FFFD
/// (a configuration may come from elsewhere and must not move the cursor), and 60 characters are enough.
func quoted(_ text: some StringProtocol) -> String {
    let limit = 60
    let scalars = text.unicodeScalars.prefix(limit + 1)
    let shown = String(String.UnicodeScalarView(scalars.prefix(limit).map(\.printable)))
    return scalars.count > limit ? "'\(shown)…'" : "'\(shown)'"
}

extension Unicode.Scalar {
    /// This scalar, or U+FFFD for one that a terminal would obey or hide.
    var printable: Unicode.Scalar {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: "\u{FFFD}"
        default: self
        }
    }
}

extension StringProtocol {
    /// The text without white space at both ends.
    func trimmingWhitespace() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
