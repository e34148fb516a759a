private import Glibc

/// How a log line begins: for a reader, or for journald.
package enum LogFormat: Sendable {
    /// `2026-02-03T04:05:06.789Z info …`, for a terminal, a file or another collector.
    case timestamped
    /// `<6>…`: a syslog priority (sd-daemon(3)). journald removes it and adds its own time stamp.
    case journal

    /// The format that suits what is behind `descriptor`.
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
