import ActivityConfig
import DaemonSupport
import Glibc

/// What the command line says beside its output. The daemon's own lines go through the logger.
enum StandardError {
    /// Writes `text` and a newline, as far as standard error takes it.
    static func write(_ text: String) {
        write(Array((text + "\n").utf8), waitingAtMost: -1)
    }

    /// Writes findings as a compiler would print them. For the journal each line begins with its priority, since journald
    /// takes each line for itself.
    ///
    /// Waits a second for a reader that does not read, then gives up: the daemon is to end, not to hang.
    static func write(_ diagnostics: [ConfigDiagnostic], format: LogFormat) {
        for diagnostic in diagnostics {
            let prefix =
                switch (format, diagnostic.severity) {
                case (.timestamped, _): ""
                case (.journal, .error): "<3>"
                case (.journal, .warning): "<4>"
                }
            for line in diagnostic.description.split(separator: "\n", omittingEmptySubsequences: false) {
                guard write(Array("\(prefix)\(line)\n".utf8), waitingAtMost: 1000) else { return }
            }
        }
    }

    /// Writes in pieces that a pipe takes as a whole once it has room; false when there was none for `milliseconds`.
    @discardableResult
    private static func write(_ bytes: [UInt8], waitingAtMost milliseconds: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            guard poll(&room, 1, milliseconds) == 1 else { return false }
            let count = rest.prefix(4096).withUnsafeBytes {
                unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
