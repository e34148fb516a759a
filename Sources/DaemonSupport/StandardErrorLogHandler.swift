private import Glibc
package import Logging

/// The log backend: each event is one line on standard error, in one write(2), so that lines of several threads and
/// processes never mix.
///
/// A line is at most 4096 bytes; a longer one ends in `…`. A write that fails loses its line: there is no better place
/// to report it. Safe from any thread. The write blocks while the reader of a full pipe does not read, as every log
/// to a pipe does.
package struct StandardErrorLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let output: Int32

    /// Makes a handler that logs events of `level` and above.
    ///
    /// - Parameters:
    ///   - level: The least severe level that is written.
    ///   - format: How a line begins.
    ///   - output: The descriptor to write to, which stays the caller's.
    package init(level: Logger.Level, format: LogFormat, output: Int32 = STDERR_FILENO) {
        logLevel = level
        self.format = format
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // The more specific wins: the event's own, then the provider's, then the logger's.
        var metadata = metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { _, provided in provided } }
        if let own = event.metadata { metadata.merge(own) { _, own in own } }
        let line = LogLine(format: format, time: now, event: event, metadata: metadata)
        // SAFETY: the span's bytes outlive the call.
        line.bytes.withUnsafeBytes { bytes in
            while write(output, bytes.baseAddress, bytes.count) < 0, errno == EINTR {}
        }
    }
}
