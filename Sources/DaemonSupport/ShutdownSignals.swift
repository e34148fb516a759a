private import Glibc

/// The signals that end the daemon, taken synchronously by the main thread instead of by a handler.
///
/// The first SIGTERM or SIGINT comes out of ``wait()``, so that the caller can stop in good order; a second one, while
/// it does so, ends the process at once. SIGHUP and SIGPIPE are ignored: there is nothing to reload yet and no
/// terminal to lose, and a peer that closes early is an EPIPE of the write in question, not the end of the daemon.
///
/// A thread inherits the mask of the thread that creates it, so ``block()`` has to run before any other thread exists:
/// one thread with a signal unblocked is enough for the kernel to end the process there.
package struct ShutdownSignals: ~Copyable {
    /// A request to stop.
    package enum Request: Int32, CaseIterable, CustomStringConvertible, Sendable {
        /// SIGTERM: a service supervisor or `kill`.
        case terminate = 15
        /// SIGINT: Ctrl-C at a terminal.
        case interrupt = 2

        package var description: String {
            switch self {
            case .terminate: "SIGTERM"
            case .interrupt: "SIGINT"
            }
        }
    }

    private init() {}

    /// Blocks the requests to stop in the calling thread and in every thread that it goes on to create.
    ///
    /// Call it once, on the main thread, before anything else.
    package static func block() -> ShutdownSignals {
        for ignored in [SIGHUP, SIGPIPE] { signal(ignored, SIG_IGN) }
        var requests = requestSet()
        pthread_sigmask(SIG_BLOCK, &requests, nil)
        return ShutdownSignals()
    }

    /// Waits for the first request and makes the next one fatal: it ends the process with status 128 + its number,
    /// as a shell reports a death by that signal.
    ///
    /// Blocks without a limit. Call it on the thread that called ``block()``, and keep that thread alive while the
    /// daemon stops: it is the only one that receives the second request.
    package consuming func wait() -> Request {
        var requests = Self.requestSet()
        var number: Int32 = 0
        // sigwait(3) fails only for a number that is no signal, and each member of the set is a request.
        guard sigwait(&requests, &number) == 0, let first = Request(rawValue: number) else {
            preconditionFailure("sigwait returned a signal outside of its set")
        }
        // `_exit` is async-signal-safe, and the closure touches nothing else. One that is pending already is
        // delivered by the unblocking.
        for request in Request.allCases { signal(request.rawValue) { _exit(128 + $0) } }
        pthread_sigmask(SIG_UNBLOCK, &requests, nil)
        return first
    }

    private static func requestSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for request in Request.allCases { sigaddset(&set, request.rawValue) }
        return set
    }
}
