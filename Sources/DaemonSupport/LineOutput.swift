private import Glibc
private import Synchronization

/// A descriptor that lines of text are written to, standard error as a rule, by a daemon that waits for nobody.
///
/// Where a line does not fit, because a pipe or a socket is full and nobody reads it, it is dropped and counted; the count is
/// told before the next line that fits. A reader that is only slow gets a moment before the first one is dropped, and none
/// after that. Each line is one system call, so lines of several threads and processes
/// never mix. Safe from any thread.
package final class LineOutput: Sendable {
    private let descriptor: Int32
    private let isSocket: Bool
    private let patience: Int32
    /// Lines dropped since the last one that fitted. Held while a line is written: what one thread has found room for is
    /// not taken by another.
    private let dropped = Mutex(0)

    /// Makes an output to `descriptor`, which stays the caller's. A full one may take `patience` milliseconds to drain
    /// before lines are dropped, and holds up as long whoever logs.
    package init(descriptor: Int32 = STDERR_FILENO, patience: Int32 = 20) {
        self.descriptor = descriptor
        self.patience = patience
        var status = stat()
        isSocket = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Writes `line` of at most ``LogLine/longest`` bytes, its newline included, and before it what `notice` makes of the
    /// number of lines that were dropped, if there are any.
    func write(_ line: Span<UInt8>, notice: (_ dropped: Int) -> LogLine) {
        dropped.withLock { dropped in
            if dropped > 0 {
                guard send(notice(dropped).bytes, within: 0) else {
                    dropped += 1
                    return
                }
                dropped = 0
            }
            if !send(line, within: patience) { dropped += 1 }
        }
    }

    /// Tells of lines that were dropped, if there is room for that now.
    func retry(notice: (_ dropped: Int) -> LogLine) {
        dropped.withLock { dropped in
            if dropped > 0, send(notice(dropped).bytes, within: 0) { dropped = 0 }
        }
    }

    /// False when there is no room. A line that fails for another reason is lost: there is no better place to report it.
    private func send(_ line: Span<UInt8>, within milliseconds: Int32) -> Bool {
        // SAFETY: the span's bytes outlive the call.
        line.withUnsafeBytes { bytes in
            // A socket takes more lines than poll(2) says. A pipe that is writable has room for PIPE_BUF bytes, and a line
            // is no longer; setting O_NONBLOCK instead would set it for every process that shares the pipe.
            var hasRoom = isSocket || isWritable(within: milliseconds)
            var hasWaited = !isSocket
            while hasRoom {
                let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                let result =
                    isSocket
                    ? Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
                    : Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                if result >= 0 { return true }
                switch errno {
                case EINTR: continue
                case EAGAIN where hasWaited: return false
                case EAGAIN:
                    hasRoom = isWritable(within: milliseconds)
                    hasWaited = true
                default: return true
                }
            }
            return false
        }
    }

    private func isWritable(within milliseconds: Int32) -> Bool {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&room, 1, milliseconds) == 1
    }
}
