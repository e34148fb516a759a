import ActivityLog
import ByteBuffers
import Testing

@Suite struct EventTimestampTests {
    @Test(arguments: [
        (Int64(1_714_217_775_123_456), "1714217775.123456"), (0, "0.000000"), (1, "0.000001"), (999_999, "0.999999"),
        (1_000_000, "1.000000"), (9_999_999_999_999_999, "9999999999.999999"), (-5, "0.000000"),
        (.max, "9223372036854.775807"),
    ])
    func aTimeReadsAsSecondsWithSixDecimals(micros: Int64, text: String) {
        let timestamp = EventTimestamp(micros: micros)
        let written = timestamp.bytes.text
        #expect(written == text)
    }
}
