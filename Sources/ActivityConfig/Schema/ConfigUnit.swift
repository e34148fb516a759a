/// What an integer key counts, and the suffixes in which it may be written.
package enum ConfigUnit: Sendable {
    /// A number of things; no suffix.
    case count
    /// Seconds; `s`, `m`, `h` or `d` may follow.
    case seconds
    /// Bytes; `KiB`, `MiB` or `GiB` may follow. Decimal `kB` and `MB` are refused: half of the world reads them as
    /// powers of two.
    case bytes

    /// How much one of the suffix is.
    var suffixes: [String: Int] {
        switch self {
        case .count: [:]
        case .seconds: ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        case .bytes: ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        }
    }

    /// What a value is, as the object of "must be".
    var expectation: String {
        switch self {
        case .count: "an integer"
        case .seconds: "an integer of seconds (s, m, h or d may follow)"
        case .bytes: "an integer of bytes (KiB, MiB or GiB may follow)"
        }
    }

    /// Reads a decimal integer: an optional `-`, digits that may be grouped by single `_`, an optional suffix after
    /// at most one space. Nil for anything else; a value beyond `Int` becomes the nearest `Int`.
    ///
    /// Hexadecimal, octal and sexagesimal spellings, exponents and leading zeros are not integers here: YAML 1.1 and
    /// 1.2 disagree on what `010` and `1:30` are, so they are refused instead of guessed at.
    func read(_ text: String) -> Int? {
        var rest = Substring(text.trimmingWhitespace())
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest = rest.dropFirst() }
        let digits = rest.prefix { $0 == "_" || ("0"..."9").contains($0) }
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard !groups.contains(where: \.isEmpty), digits == "0" || !digits.hasPrefix("0") else { return nil }

        rest = rest.dropFirst(digits.count)
        if rest.hasPrefix(" ") { rest = rest.dropFirst() }
        guard let factor = rest.isEmpty ? 1 : suffixes[String(rest)] else { return nil }

        let magnitude = groups.joined()
        let number = isNegative ? Int("-" + magnitude) ?? .min : Int(magnitude) ?? .max
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? (isNegative ? .min : .max) : product
    }
}
