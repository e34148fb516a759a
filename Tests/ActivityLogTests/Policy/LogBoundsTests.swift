import ActivityLog
import Testing

@Suite struct LogBoundsTests {
    @Test(arguments: [0, -1, Int.min])
    func aValueThatIsNotPositiveMeansTheDefaultAndNeverUnbounded(_ value: Int) {
        #expect(LogBounds(ttlSeconds: value, maxEntries: value, maxBytes: value) == LogBounds())
    }

    @Test func theDefaultsAreAnHourTenThousandEventsAnd64MiB() {
        let bounds = LogBounds()
        #expect([bounds.ttlSeconds, bounds.maxEntries, bounds.maxBytes] == [3600, 10_000, 67_108_864])
    }

    @Test func positiveValuesAreKept() {
        let bounds = LogBounds(ttlSeconds: 1, maxEntries: 2, maxBytes: 3)
        #expect([bounds.ttlSeconds, bounds.maxEntries, bounds.maxBytes] == [1, 2, 3])
    }

    @Test func anAgeBeyondTheLongestIsTheLongest() {
        #expect(LogBounds(ttlSeconds: .max).ttlSeconds == LogBounds.longestTTLSeconds)
    }
}
