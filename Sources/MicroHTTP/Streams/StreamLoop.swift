import Glibc
import PosixThreads
import Synchronization

/// A thread that serves streams and waits on behalf of parked requests: one epoll, one ``StreamDriver``.
///
/// Its life is `init`, ``start(_:)``, perhaps ``beginStopping()``, and ``stop()``, each once; a loop that was started
/// must be stopped before it is dropped. All methods may be called from any thread.
package final class StreamLoop<Driver: StreamDriver>: Sendable {
    private enum Phase {
        case made
        case running(PosixThread)
        case stopped
    }

    private struct Inbox {
        var commands: [Driver.Command] = []
        /// Whether the thread has been told that there are some.
        var isRaised = false
        var isOpen = true
    }

    private let wakeUp: WakeUp
    private let poll: StreamPoll
    private let clock: @Sendable () -> UInt64
    private let tick: UInt64
    private let lastBytes: UInt64
    private let inbox = Mutex(Inbox())
    private let phase = Mutex(Phase.made)

    /// Nil when the process has no descriptor left.
    ///
    /// - Parameters:
    ///   - tick: How often the driver is told of the time, in milliseconds.
    ///   - clock: Milliseconds on a clock that never goes back; nil for the system's. Tests put their own here.
    ///   - lastBytes: How long streams that were ended by the stop get to take their last bytes, in milliseconds.
    package init?(tick: UInt64 = 250, clock: (@Sendable () -> UInt64)? = nil, lastBytes: UInt64 = 1000) {
        guard let wakeUp = WakeUp(), let poll = StreamPoll(wakeUp: wakeUp) else { return nil }
        self.wakeUp = wakeUp
        self.poll = poll
        self.tick = max(1, tick)
        self.lastBytes = lastBytes
        self.clock = clock ?? ServerClock.systemMilliseconds
    }

    deinit {
        phase.withLock { if case .running = $0 { preconditionFailure("a running StreamLoop was dropped") } }
    }

    /// Milliseconds on the loop's clock.
    package var now: UInt64 { clock() }

    /// Starts the thread, on which `makeDriver` is called; false when the system has no room for one.
    package func start(_ makeDriver: @escaping @Sendable () -> Driver) -> Bool {
        phase.withLock { phase in
            guard case .made = phase, let thread = PosixThread({ self.run(makeDriver()) }) else { return false }
            phase = .running(thread)
            return true
        }
    }

    /// Hands a command to the driver; false when the loop has been stopped and nobody will see it.
    @discardableResult
    package func send(_ command: Driver.Command) -> Bool {
        let (isTaken, isFirst) = inbox.withLock { inbox in
            guard inbox.isOpen else { return (false, false) }
            inbox.commands.append(command)
            defer { inbox.isRaised = true }
            return (true, !inbox.isRaised)
        }
        if isFirst { wakeUp.raise() }
        return isTaken
    }

    /// Makes the streams and the thread end, which takes `lastBytes` and the driver's last call at most, without waiting for
    /// it: loops that are stopped together stop at once. Nothing is taken any more.
    package func beginStopping() {
        inbox.withLock { $0.isOpen = false }
        wakeUp.raise()
    }

    /// Begins to stop if that has not been done, and waits for the end of the thread. A second call, or one without
    /// ``start(_:)``, does nothing.
    package func stop() {
        beginStopping()
        let thread: PosixThread? = phase.withLock { phase in
            defer { phase = .stopped }
            if case .running(let thread) = phase { return thread }
            return nil
        }
        thread?.join()
    }

    // MARK: The thread

    private func run(_ driver: Driver) {
        let streams = StreamTable(poll: poll, now: clock())
        var nextTick = ServerClock.systemMilliseconds() + tick
        while true {
            let now = ServerClock.systemMilliseconds()
            let pause = nextTick > now ? Int32(clamping: nextTick - now) : 0
            let isIdle = streams.count == 0 && !driver.needsTicks
            wait(driver.hasWork ? 0 : isIdle ? -1 : pause, driver, streams)
            streams.now = clock()
            let (commands, isOpen) = takeCommands()
            if !commands.isEmpty { driver.receive(commands, on: streams) }
            if !isOpen { break }
            let after = ServerClock.systemMilliseconds()
            if after >= nextTick {
                driver.tick(on: streams)
                nextTick = after + tick
            }
            if driver.hasWork { driver.work(on: streams) }
        }
        driver.stop(on: streams)
        let deadline = ServerClock.systemMilliseconds() + lastBytes
        while !streams.hasEnded, ServerClock.systemMilliseconds() < deadline { wait(10, driver, streams) }
        streams.removeAll()
    }

    private func wait(_ milliseconds: Int32, _ driver: Driver, _ streams: StreamTable) {
        poll.wait(milliseconds: milliseconds) { report in
            switch report {
            case .wakeUp: break
            case .peer(let watch): driver.peerLeft(watch, on: streams)
            case .stream(let stream, let peerLeft):
                switch streams.socketIsReady(stream, peerLeft: peerLeft) {
                case .sent: driver.streamCaughtUp(stream, on: streams)
                case .ended: driver.streamEnded(stream, on: streams)
                case .waiting, nil: break
                }
            }
        }
    }

    /// What has been sent, and whether more may be. On the loop's thread.
    func takeCommands() -> (commands: [Driver.Command], isOpen: Bool) {
        inbox.withLock { inbox in
            let commands = inbox.commands
            inbox.commands = []
            inbox.isRaised = false
            return (commands, inbox.isOpen)
        }
    }
}
