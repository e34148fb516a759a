import Foundation

/// What is known of a child process, filled by the thread that watches it.
final class WatchedState: @unchecked Sendable {
    // SAFETY: `content` is only touched with `changed` locked. A Mutex has no condition variable to wait on.
    struct Content {
        var output = ""
        var errors = ""
        /// nil while the process runs; set after the last of its output has been read.
        var exit: ChildProcess.Exit?
    }

    private let changed = NSCondition()
    private var content = Content()

    func read<Result>(_ body: (Content) -> Result) -> Result {
        changed.withLock { body(content) }
    }

    /// Waits until `condition` holds or `limit` has passed, and returns what is known then.
    func wait(until limit: Date, _ condition: (Content) -> Bool) -> Content {
        changed.withLock {
            while !condition(content), changed.wait(until: limit) {}
            return content
        }
    }

    /// Reads both streams to their ends, then reaps the process. Blocks until all of that is done.
    func watch(_ processID: pid_t, output: FileHandle, errors: FileHandle) {
        let streams: [(file: FileHandle, text: WritableKeyPath<Content, String>)] = [
            (output, \.output), (errors, \.errors),
        ]
        var open = streams.map { pollfd(fd: $0.file.fileDescriptor, events: Int16(POLLIN), revents: 0) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        // A negative descriptor in the list is one that poll(2) passes over.
        while open.contains(where: { $0.fd >= 0 }) {
            guard poll(&open, nfds_t(open.count), -1) > 0 else { continue }
            for index in open.indices where open[index].revents != 0 {
                let count = Glibc.read(open[index].fd, &bytes, bytes.count)
                if count > 0 {
                    let text = String(decoding: bytes[..<count], as: UTF8.self)
                    update { $0[keyPath: streams[index].text] += text }
                } else {
                    open[index].fd = -1
                }
            }
        }
        // First learn of the end without reaping, so that the id cannot be another's when `signal` uses it.
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        update { content in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            // The layout of wait(2): the low seven bits hold the signal, the next byte the status.
            content.exit = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
        }
    }

    private func update(_ body: (inout Content) -> Void) {
        changed.withLock {
            body(&content)
            changed.broadcast()
        }
    }
}
