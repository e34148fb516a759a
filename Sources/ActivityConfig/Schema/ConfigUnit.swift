/// What an integer key counts, and the suffixes in which it may be written.
package enum ConfigUnit: Sendable {
    /// A number of things; no suffix.
    case count
    /// Seconds; `s`, `m`, `h`, `d` or `w` may follow, and several in a row, as in `1h30m`.
    case seconds
    /// Bytes; `KiB`, `MiB` or `GiB` may follow, or the same without the `B`. Decimal `kB` and `MB` are refused: half of
    /// the world reads them as powers of two.
    case bytes

    /// How much one of the suffix is.
    var suffixes: [String: Int] {
        switch self {
        case .count: [:]
        case .seconds: ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        case .bytes: ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        }
    }

    /// What a value is, as the object of "must be".
    var expectation: String {
        switch self {
        case .count: "an integer"
        case .seconds: "an integer of seconds (s, m, h, d or w may follow)"
        case .bytes: "an integer of bytes (KiB, MiB or GiB may follow)"
        }
    }

    /// Reads a decimal integer: an optional `-`, digits that may be grouped by single `_`, an optional suffix after
    /// at most one space. Of seconds several may follow each other, from the larger unit to the smaller. Nil for anything
    /// else; a value beyond `Int` becomes the nearest `Int`.
    ///
    /// Hexadecimal, octal and sexagesimal spellings, exponents and leading zeros are not integers here: YAML 1.1 and
    /// 1.2 disagree on what `010` and `1:30` are, so they are refused instead of guessed at.
    func read(_ text: String) -> Int? {
        var rest = Substring(text.trimmingWhitespace())
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest = rest.dropFirst() }
        var sum = 0
        var previousFactor = Int.max
        repeat {
            guard let (amount, factor, isBare) = readPart(&rest), factor < previousFactor else { return nil }
            // `1h30m` goes on, a number without a suffix stands alone.
            guard rest.isEmpty ? !isBare || previousFactor == .max : self == .seconds && !isBare else { return nil }
            let (product, overflow) = amount.multipliedReportingOverflow(by: factor)
            sum = overflow ? .max : sum.addingReportingOverflow(product).overflow ? .max : sum + product
            previousFactor = factor
        } while !rest.isEmpty
        return isNegative ? (sum == .max ? .min : -sum) : sum
    }

    /// Takes digits and their suffix from the front of `rest`, with the space that may be before what follows.
    private func readPart(_ rest: inout Substring) -> (amount: Int, factor: Int, isBare: Bool)? {
        let digits = rest.prefix { $0 == "_" || ("0"..."9").contains($0) }
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard !groups.contains(where: \.isEmpty), digits == "0" || !digits.hasPrefix("0") else { return nil }
        rest = rest.dropFirst(digits.count)
        if rest.hasPrefix(" ") { rest = rest.dropFirst() }
        let suffix = rest.prefix { !$0.isWhitespace && !("0"..."9").contains($0) }
        rest = rest.dropFirst(suffix.count)
        if rest.hasPrefix(" ") { rest = rest.dropFirst() }
        let name = self == .bytes && suffix.hasSuffix("i") ? suffix + "B" : suffix
        guard let factor = suffix.isEmpty ? 1 : suffixes[String(name)] else { return nil }
        return (Int(groups.joined()) ?? .max, factor, suffix.isEmpty)
    }
}
