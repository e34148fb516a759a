/// A log at a glance.
package struct LogStats: Equatable, Sendable {
    /// The log's life and the ids that it holds.
    package var version: LogVersion
    /// Events resident.
    package var count: Int
    /// Bytes of them in their wire form.
    package var bytes: Int
    /// When the last append was, in microseconds since the Unix epoch; nil when there was none in this epoch.
    package var lastAppend: Int64?

    /// Names the four.
    package init(version: LogVersion, count: Int, bytes: Int, lastAppend: Int64?) {
        self.version = version
        self.count = count
        self.bytes = bytes
        self.lastAppend = lastAppend
    }
}
