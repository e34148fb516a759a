extension ConfigUnit {
    /// How a text that ``read(_:)`` refuses has to be written, as the object of "write": `90m` for `90 min` or `1.5h`,
    /// `1h` for `PT1H`, `64MiB, or 64000000` for `64MB`. Nil when it cannot be told what was meant.
    func spelling(of text: String) -> String? {
        let compact = text.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "," && $0 != "+" }
        switch self {
        case .count: return Self.parts(of: compact).flatMap { Self.whole($0, ["": 1, "k": 1000, "m": 1_000_000]) }
        case .seconds: return spellingOfSeconds(compact)
        case .bytes: return spellingOfBytes(compact)
        }
    }

    private func spellingOfSeconds(_ text: String) -> String? {
        let units: [String: Int] = [
            "": 1, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
            "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
            "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
            "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800, "wk": 604_800, "week": 604_800, "weeks": 604_800,
        ]
        // ISO 8601: P1DT2H, in which an M is a minute only after the T.
        let isISO = text.hasPrefix("p") && (text.contains("t") || !text.contains("m"))
        guard let parts = Self.parts(of: isISO ? text.filter { $0 != "p" && $0 != "t" } : text),
            let seconds = Self.sum(parts, units)
        else { return nil }
        if parts.count == 1, parts.first?.unit == "" { return String(seconds) }
        if parts.count == 1, let part = parts.first, let unit = units[part.unit], let amount = Int(part.number) {
            return "\(amount)\(suffixes.first { $0.value == unit }?.key ?? "")"
        }
        var rest = seconds
        let written = ["d", "h", "m", "s"].compactMap { unit -> String? in
            guard let factor = suffixes[unit], rest >= factor else { return nil }
            defer { rest %= factor }
            return "\(rest / factor)\(unit)"
        }
        return written.isEmpty ? "0" : written.joined()
    }

    private func spellingOfBytes(_ text: String) -> String? {
        var binary = ["": 1, "b": 1, "byte": 1, "bytes": 1]
        var decimal: [String: Int] = [:]
        for (index, letter) in ["k", "m", "g", "t"].enumerated() {
            for name in [letter, letter + "i", letter + "ib", letter + "b"] { binary[name] = 1 << (10 * (index + 1)) }
            decimal[letter + "b"] = (0...index).reduce(1) { product, _ in product * 1000 }
        }
        guard let parts = Self.parts(of: text), parts.count == 1, let bytes = Self.sum(parts, binary) else {
            return nil
        }
        let unit = suffixes.filter { bytes > 0 && bytes.isMultiple(of: $0.value) }.max { $0.value < $1.value }
        let written = unit.map { "\(bytes / $0.value)\($0.key)" } ?? "\(bytes)"
        return Self.sum(parts, decimal).map { "\(written), or \($0)" } ?? written
    }

    /// The only part as a whole number, without a suffix.
    private static func whole(_ parts: [(number: String, unit: String)], _ units: [String: Int]) -> String? {
        parts.count == 1 ? sum(parts, units).map(String.init) : nil
    }

    /// Numbers, each with the letters that follow it; nil where something else stands, or more than a few of them.
    private static func parts(of text: String) -> [(number: String, unit: String)]? {
        var parts: [(number: String, unit: String)] = []
        var rest = text[...]
        while !rest.isEmpty {
            var number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            let digits = number.filter { $0 != "." }
            // Leading zeros may have meant an octal number.
            guard !digits.isEmpty, number.count < 16, number.first != "0" || number.hasPrefix("0."), parts.count < 8
            else { return nil }
            rest = rest.dropFirst(number.count)
            // 1e3, but not 1 e.
            if rest.hasPrefix("e"), let exponent = rest.dropFirst().first, ("0"..."9").contains(exponent) {
                number += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
            let unit = rest.prefix { ("a"..."z").contains($0) }
            rest = rest.dropFirst(unit.count)
            guard rest.isEmpty || !unit.isEmpty else { return nil }
            parts.append((String(number), String(unit)))
        }
        return parts.isEmpty ? nil : parts
    }

    /// The sum of all parts; nil for an unknown unit, and for what is not a whole number, or not an exact one.
    private static func sum(_ parts: [(number: String, unit: String)], _ units: [String: Int]) -> Int? {
        var sum = 0.0
        for part in parts {
            guard let number = Double(part.number), let unit = units[part.unit], parts.count == 1 || part.unit != ""
            else { return nil }
            sum += number * Double(unit)
        }
        return sum == sum.rounded() && sum < 0x1p53 ? Int(sum) : nil
    }
}
