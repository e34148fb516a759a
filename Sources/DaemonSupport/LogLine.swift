internal import ByteBuffers
internal import Glibc
internal import Logging

/// One log event as one line of UTF-8, ready to be written.
///
/// Message and values can hold what a client sent, so nothing in them can begin a second line or drive a terminal:
/// control characters are escaped.
struct LogLine: ~Copyable {
    /// The most bytes of a line, with its newline: PIPE_BUF, up to which a write to a pipe is never torn (pipe(7)).
    ///
    /// It also bounds what one request can put into the log.
    static let longest = 4096

    private var text: ByteBuffer

    /// Renders `event` with `metadata`, which includes the event's own.
    init(format: LogFormat, time: timespec, event: LogEvent, metadata: Logger.Metadata) {
        text = ByteBuffer(capacity: 256)
        switch format {
        case .timestamped:
            appendTimestamp(time)
            text.append(" ")
            text.append(text: event.level.rawValue)
            text.append(" ")
        case .journal:
            text.append("<")
            text.append(decimal: Self.priority(of: event.level))
            text.append(">")
        }
        appendEscaped(event.message.description)
        // Sorted, so that equal events give equal lines.
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { append(key: key, value: "\(value)") }
        if let error = event.error { append(key: "error", value: "\(error)") }
        finish()
    }

    /// The whole line with its newline.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { text.span }
    }

    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// ISO 8601, UTC, milliseconds.
    private mutating func appendTimestamp(_ time: timespec) {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        text.append(decimal: Int(parts.tm_year) + 1900, width: 4)
        text.append("-")
        text.append(decimal: Int(parts.tm_mon) + 1, width: 2)
        text.append("-")
        text.append(decimal: Int(parts.tm_mday), width: 2)
        text.append("T")
        text.append(decimal: Int(parts.tm_hour), width: 2)
        text.append(":")
        text.append(decimal: Int(parts.tm_min), width: 2)
        text.append(":")
        text.append(decimal: Int(parts.tm_sec), width: 2)
        text.append(".")
        text.append(decimal: time.tv_nsec / 1_000_000, width: 3)
        text.append("Z")
    }

    private mutating func append(key: String, value: String) {
        text.append(" ")
        appendQuotedIfNeeded(key)
        text.append("=")
        appendQuotedIfNeeded(value)
    }

    private mutating func appendQuotedIfNeeded(_ value: String) {
        let isBare =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && $0 != "\\" && !$0.isControl }
        if isBare {
            text.append(text: value)
        } else {
            text.append("\"")
            appendEscaped(value, quoted: true)
            text.append("\"")
        }
    }

    private mutating func appendEscaped(_ value: String, quoted: Bool = false) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"" where quoted: text.append("\\\"")
            case "\\" where quoted: text.append("\\\\")
            case "\n": text.append("\\n")
            case "\r": text.append("\\r")
            case "\t": text.append("\\t")
            case _ where scalar.isControl: appendCodePoint(scalar.value)
            default: for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { text.append(byte) }
            }
        }
    }

    /// `\uXXXX`; the scalars that are escaped all lie in the basic plane.
    private mutating func appendCodePoint(_ value: UInt32) {
        text.append("\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private mutating func finish() {
        if text.count >= Self.longest {
            let ellipsis: StaticString = "…"
            var end = Self.longest - 1 - ellipsis.utf8CodeUnitCount
            // 10xxxxxx continues a character: do not cut through it.
            while text.span[end] & 0xC0 == 0x80 { end -= 1 }
            text.truncate(to: end)
            text.append(ellipsis)
        }
        text.append("\n")
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a line reader may act on this scalar instead of showing it: C0, DEL, C1 and the line and
    /// paragraph separators.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}

/// How a log line begins: for a reader, or for journald.
package enum LogFormat: Sendable {
    /// `2026-02-03T04:05:06.789Z info …`, for a terminal, a file or another collector.
    case timestamped
    /// `<6>…`: a syslog priority (sd-daemon(3)). journald removes it and adds its own time stamp.
    case journal

    /// The format that suits what `descriptor` is open on.
    ///
    /// - Parameters:
    ///   - descriptor: The open file that the lines go to.
    ///   - journalStream: The value of `JOURNAL_STREAM`, `device:inode` of the journal's socket. systemd sets it for
    ///     the unit, but a shell may have redirected the stream since, which is why systemd.exec(5) asks for the
    ///     comparison. nil stands for an unset variable.
    /// - Returns: `journal` only when the two name the same socket.
    package static func suiting(descriptor: Int32, journalStream: String?) -> LogFormat {
        guard let journalStream else { return .timestamped }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .timestamped }
        return journalStream == "\(status.st_dev):\(status.st_ino)" ? .journal : .timestamped
    }
}
