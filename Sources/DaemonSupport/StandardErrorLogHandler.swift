private import Glibc
package import Logging

/// The log backend: each event is one line on standard error.
///
/// A line is at most 4096 bytes; a longer one ends in `…`. Safe from any thread, and never waits for the reader of a full
/// pipe: see ``LineOutput``.
package struct StandardErrorLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let output: LineOutput

    /// Makes a handler that logs events of `level` and above.
    ///
    /// - Parameters:
    ///   - level: The least severe level that is written.
    ///   - format: How a line begins.
    ///   - output: Where lines go; copies of the handler share it.
    package init(level: Logger.Level, format: LogFormat, output: LineOutput) {
        logLevel = level
        self.format = format
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // The more specific wins: the event's own, then the provider's, then the logger's.
        var metadata = metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { _, provided in provided } }
        if let own = event.metadata { metadata.merge(own) { _, own in own } }
        let line = LogLine(format: format, time: Self.now, event: event, metadata: metadata)
        output.write(line.bytes, notice: notice)
    }

    /// Tells of lines that were dropped, if nothing was logged since somebody reads again.
    package func reportDropped() {
        output.retry(notice: notice)
    }

    private func notice(dropped: Int) -> LogLine {
        let event = LogEvent(
            level: .warning, message: "log lines were dropped: nobody read standard error", error: nil, metadata: nil,
            source: nil, file: #fileID, function: #function, line: #line)
        return LogLine(format: format, time: Self.now, event: event, metadata: ["count": "\(dropped)"])
    }

    private static var now: timespec {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }
}
