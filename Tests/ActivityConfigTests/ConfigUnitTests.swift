import Testing

@testable import ActivityConfig

@Suite struct ConfigUnitTests {
    @Test(arguments: [
        ("0", ConfigUnit.count, 0), ("42", .count, 42), (" 7 ", .count, 7), ("-3", .count, -3),
        ("10_000", .count, 10_000),
        ("30", .seconds, 30), ("30s", .seconds, 30), ("10m", .seconds, 600), ("2 h", .seconds, 7200),
        ("7d", .seconds, 604_800),
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
        ("5M", .seconds), ("5  m", .seconds), ("1h30m", .seconds), ("1KiB", .seconds),
        ("8MB", .bytes), ("8mib", .bytes), ("8M", .bytes), ("KiB", .bytes),
    ])
    func whatReadersCouldDisagreeOnIsNoInteger(_ text: String, _ unit: ConfigUnit) {
        #expect(unit.read(text) == nil)
    }
}
