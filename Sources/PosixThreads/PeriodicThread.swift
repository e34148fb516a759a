private import Glibc
private import Synchronization

/// A thread that does the same work again and again, with a pause between, until it is stopped.
package final class PeriodicThread: Sendable {
    private struct State {
        var thread: PosixThread?
        /// The peer of the socket that the thread watches; nil once closed.
        var stopping: Int32?
    }

    private let state: Mutex<State>

    /// Starts the thread; nil when the system has no thread or no descriptor left. The first round comes after the first
    /// pause.
    ///
    /// - Parameters:
    ///   - milliseconds: The pause before each round, on a clock that no step of the wall clock moves.
    ///   - makeRound: Called on the new thread, once; what it returns is called for each round, and may keep state that
    ///     no other thread shares.
    package init?(everyMilliseconds milliseconds: Int32, _ makeRound: @escaping @Sendable () -> () -> Void) {
        var ends: [Int32] = [-1, -1]
        // Not a pipe: Swift's Glibc module leaves out pipe2, which opens both ends closed to a later exec.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        let (watched, stopping) = (ends[0], ends[1])
        let thread = PosixThread {
            let round = makeRound()
            while !Self.isHungUp(watched, within: milliseconds) { round() }
            close(watched)
        }
        guard let thread else {
            close(watched)
            close(stopping)
            return nil
        }
        state = Mutex(State(thread: thread, stopping: stopping))
    }

    deinit {
        stop()
    }

    /// Ends the thread at once, or after the round that it is in, and waits for that. Does nothing the second time.
    package func stop() {
        let last = state.withLock { state in
            let last = state
            state = State()
            return last
        }
        if let stopping = last.stopping { close(stopping) }
        last.thread?.join()
    }

    /// Waits for the peer of a socket to be closed; false when that did not happen in time.
    private static func isHungUp(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: 0, revents: 0)
        var result: Int32
        // Signals are the main thread's; one that a debugger sends makes a pause longer, no more.
        repeat { result = poll(&watched, 1, milliseconds) } while result < 0 && errno == EINTR
        return result != 0
    }
}
