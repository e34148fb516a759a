import Testing

@testable import ActivityConfig

@Suite struct ConfigUnitTests {
    @Test(arguments: [
        ("0", ConfigUnit.count, 0), ("42", .count, 42), (" 7 ", .count, 7), ("-3", .count, -3),
        ("10_000", .count, 10_000),
        ("30", .seconds, 30), ("30s", .seconds, 30), ("10m", .seconds, 600), ("2 h", .seconds, 7200),
        ("7d", .seconds, 604_800), ("2w", .seconds, 1_209_600), ("1h30m", .seconds, 5400),
        ("1d 12h", .seconds, 129_600),
        ("1w2d3h4m5s", .seconds, 788_645), ("-1h30m", .seconds, -5400), ("1_0m 5 s", .seconds, 605),
        ("9223372036854775807w1s", .seconds, .max), ("9223372036854775807s", .seconds, .max),
        ("512Ki", .bytes, 524_288), ("64Mi", .bytes, 64 << 20), ("2 Gi", .bytes, 2 << 30),
        ("512", .bytes, 512), ("512KiB", .bytes, 524_288), ("8 MiB", .bytes, 8_388_608), ("1GiB", .bytes, 1 << 30),
        ("99999999999999999999", .count, .max), ("-99999999999999999999", .count, .min),
        ("9999999999999999GiB", .bytes, .max),
    ])
    func anIntegerIsReadInItsUnit(_ text: String, _ unit: ConfigUnit, _ value: Int) {
        #expect(unit.read(text) == value)
    }

    @Test(arguments: [
        ("", ConfigUnit.count), ("-", .count), ("+1", .count), ("1e3", .count), ("1.0", .count), ("0x10", .count),
        ("0o17", .count), ("017", .count), ("1:30", .count), ("_1", .count), ("1_", .count), ("1__0", .count),
        ("١٢", .count), ("1k", .count), ("true", .count), ("5s", .count),
        ("5M", .seconds), ("5  m", .seconds), ("1KiB", .seconds), ("1m1h", .seconds), ("1h1h", .seconds),
        ("1h30", .seconds), ("1s1", .seconds), ("30 1h", .seconds), ("1h-30m", .seconds), ("1.5h", .seconds),
        ("PT1H", .seconds), ("h", .seconds),
        ("8MB", .bytes), ("8mib", .bytes), ("8M", .bytes), ("KiB", .bytes), ("1Mi1Ki", .bytes), ("8Mi B", .bytes),
        ("i", .bytes),
    ])
    func whatReadersCouldDisagreeOnIsNoInteger(_ text: String, _ unit: ConfigUnit) {
        #expect(unit.read(text) == nil)
    }

    @Test(arguments: [
        ("1.5h", ConfigUnit.seconds, "1h30m"), ("90 min", .seconds, "90m"), ("PT1H", .seconds, "1h"),
        ("P1DT2H30M", .seconds, "1d2h30m"), ("p2w", .seconds, "2w"), ("PT90M", .seconds, "90m"),
        ("2 weeks", .seconds, "2w"), ("1 hour 30 minutes", .seconds, "1h30m"), ("15 MIN", .seconds, "15m"),
        ("1e3", .seconds, "1000"), ("3600.0", .seconds, "3600"), ("0.5 days", .seconds, "12h"),
        ("1m1h", .seconds, "1h1m"),
        ("+30s", .seconds, "30s"), ("0.0", .seconds, "0"),
        ("64MB", .bytes, "64MiB, or 64000000"), ("64 mb", .bytes, "64MiB, or 64000000"), ("64M", .bytes, "64MiB"),
        ("8mib", .bytes, "8MiB"), ("1.5GiB", .bytes, "1536MiB"), ("1T", .bytes, "1024GiB"),
        ("512 bytes", .bytes, "512"),
        ("10kB", .bytes, "10KiB, or 10000"), ("0.5k", .bytes, "512"),
        ("10k", .count, "10000"), ("1,000", .count, "1000"), ("1e3", .count, "1000"), ("10.0", .count, "10"),
        ("+5", .count, "5"),
    ])
    func whatIsNotReadIsToldItsSpelling(_ text: String, _ unit: ConfigUnit, _ spelling: String) {
        #expect(unit.read(text) == nil)
        #expect(unit.spelling(of: text) == spelling)
        for text in spelling.split(separator: ", or ") { #expect(unit.read(String(text)) != nil) }
    }

    @Test(arguments: [
        ("soon", ConfigUnit.seconds), ("1:30", .seconds), ("P1M", .seconds), ("010", .seconds), ("0.3s", .seconds),
        ("10ms", .seconds), ("1h30", .seconds), ("5 parsecs", .seconds), (".", .seconds), ("1.2.3", .seconds),
        ("", .seconds),
        ("0x10", .count), ("017", .count), ("10s", .count), ("1.5", .count), ("yes", .count),
        ("99999999999999999", .count),
        ("KiB", .bytes), ("1Mi1Ki", .bytes), ("0.3KiB", .bytes), ("9e9TiB", .bytes),
        (String(repeating: "1h", count: 1000), .seconds),
    ])
    func whatCannotBeToldIsNotGuessedAt(_ text: String, _ unit: ConfigUnit) {
        let spelling = unit.spelling(of: text)
        #expect(spelling == nil)
    }
}
