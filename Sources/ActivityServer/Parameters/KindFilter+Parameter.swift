internal import ActivityLog
internal import ByteBuffers
internal import Problems

extension KindFilter {
    /// Reads the raw value of a query parameter `kind`.
    init(parameter value: Span<UInt8>) throws(Problem) {
        var decoded = ByteBuffer()
        guard PercentDecoding.decode(value, plusIsSpace: true, keepsListSigns: true, to: &decoded) else {
            throw .badValue(
                of: "kind", value, expected: "percent-encoded UTF-8 with two hexadecimal digits after each %")
        }
        guard let filter = KindFilter(list: decoded.span) else {
            throw .badValue(
                of: "kind", value,
                expected:
                    "1 to \(KindFilter.mostPatterns) kinds separated by commas, each exact or with one * at its end")
        }
        self = filter
    }
}
