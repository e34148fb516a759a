import Glibc

/// What the command line says beside its output. The daemon's own lines go through the logger.
enum StandardError {
    /// Writes `text` and a newline, as far as standard error takes it.
    static func write(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count <= 0 { return }
            written += count
        }
    }
}
