internal import ByteBuffers

extension KindFilter {
    /// Most patterns of a list: what a filter costs is events times patterns, and one request can ask many logs.
    package static let mostPatterns = 64

    /// Reads a list of patterns separated by commas, each as ``insert(_:)`` takes it: `turn.started,tool.*`.
    ///
    /// Nil when one of them is empty or has a `*` elsewhere than at its end, or there are over ``mostPatterns``.
    package init?(list: Span<UInt8>) {
        self.init()
        var start = 0
        var count = 0
        while start <= list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            count += 1
            guard count <= Self.mostPatterns, insert(list.extracting(start..<end)) else { return nil }
            start = end + 1
        }
    }
}
