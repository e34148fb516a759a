import ByteBuffers
import CMicroHTTPD
import Glibc
import Problems
import Synchronization

/// The thread that accepts connections, of TCP and of Unix sockets, and deals them out to the workers, and that keeps time: it refreshes the
/// server's clock and sweeps the connections at each tick.
///
/// libmicrohttpd's own way, several threads on one listener, leaves most connections on one of them; dealt out one by
/// one they are even, and the limits are checked before a worker hears of a connection.
final class Acceptor: Sendable {
    /// How long accepting pauses when the kernel is out of memory: the listener stays readable, so that without a pause the
    /// thread would spin until somebody hangs up.
    private static let shortagePause: UInt64 = 100
    /// The log is told of a shortage this often, in milliseconds.
    private static let warningPause: UInt64 = 60_000
    /// Connections accepted in a row from one listener, so that one busy listener does not starve others and the clock.
    private static let batch = 64

    private enum Command: Int, AtomicRepresentable {
        case accept, keepTime, end
    }

    private let core: ServerCore
    /// Those that connections are dealt out to.
    private let workers: [Worker]
    private let listeners: [ListeningSocket]
    private let tick: UInt64
    private let wakeUp: WakeUp
    private let command = Atomic(Command.accept)
    private let refused = Atomic(0)

    /// Nil when the process has no descriptor left. Connections are dealt out to `workers`, at least one. `tick` is in
    /// milliseconds.
    init?(core: ServerCore, workers: [Worker], listeners: [ListeningSocket], tick: UInt64) {
        guard let wakeUp = WakeUp() else { return nil }
        self.core = core
        self.workers = workers
        self.listeners = listeners
        self.tick = max(1, tick)
        self.wakeUp = wakeUp
    }

    /// Connections turned away because of a limit.
    var refusedConnections: Int { refused.load(ordering: .relaxed) }

    /// Closes the listeners soon; time goes on.
    func stopAccepting() { give(.keepTime) }

    /// Ends the thread soon.
    func end() { give(.end) }

    private func give(_ newCommand: Command) {
        command.store(newCommand, ordering: .releasing)
        wakeUp.raise()
    }

    /// The body of the thread.
    func run() {
        var isAccepting = true
        var pausedUntil: UInt64 = 0
        var nextTick = ServerClock.systemMilliseconds() + tick
        var turn = Turn()
        var watched = [pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
        watched += listeners.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while true {
            let now = ServerClock.systemMilliseconds()
            if now >= nextTick {
                keepTime(&turn)
                nextTick = now + tick
            }
            let isPaused = pausedUntil > now
            let ready = poll(&watched, listening: isAccepting && !isPaused, timeout: nextTick - min(now, nextTick))
            guard ready > 0 else { continue }
            wakeUp.clear()
            switch command.load(ordering: .acquiring) {
            case .end:
                if isAccepting { closeListeners() }
                return
            case .keepTime:
                if isAccepting { closeListeners() }
                isAccepting = false
            case .accept:
                for (index, listener) in listeners.enumerated() where watched[index + 1].revents != 0 && !isPaused {
                    guard accept(from: listener, &turn) else {
                        pausedUntil = ServerClock.systemMilliseconds() + Acceptor.shortagePause
                        break
                    }
                }
            }
        }
    }

    /// Waits for an event, or for the next tick at most.
    private func poll(_ watched: inout [pollfd], listening: Bool, timeout: UInt64) -> Int32 {
        let count = listening ? watched.count : 1
        let pause = listening ? timeout : min(timeout, Acceptor.shortagePause)
        return unsafe Glibc.poll(&watched, nfds_t(count), Int32(clamping: pause))
    }

    private func closeListeners() {
        for listener in listeners { listener.close() }
    }

    private func keepTime(_ turn: inout Turn) {
        core.tick(without: turn.lostTime.note(ServerClock.systemMilliseconds(), tick: tick))
        let deadlines = core.settings.deadlines
        let message = HTTPMessage(.requestTimeout, date: turn.date.bytes(at: core.clock.wallSeconds))
        for worker in workers { worker.sweep(deadlines, timeoutMessage: message.bytes.span) }
    }

    /// What the thread keeps from one turn to the next.
    private struct Turn: ~Copyable {
        var nextWorker = 0
        var date = HTTPDate()
        /// A descriptor that is given up for a moment to tell a client that there is none; -1 when it could not be had again.
        var reserve = Turn.makeReserve()
        /// When the log may be told of a shortage again.
        var nextWarning: UInt64 = 0
        var lostTime = LostTime()

        static func makeReserve() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

        deinit { if reserve >= 0 { _ = close(reserve) } }
    }

    /// Accepts what is ready; false when the system has no memory for more.
    private func accept(from listener: ListeningSocket, _ turn: inout Turn) -> Bool {
        for _ in 0..<Acceptor.batch {
            var storage = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = unsafe CMicroHTTPD_accept(listener.descriptor, &storage, &size)
            guard descriptor >= 0 else {
                switch errno {
                case EMFILE, ENFILE:
                    warn(of: errno, &turn)
                    guard refuseFromReserve(listener, &turn) else { return false }
                    continue
                case ENOBUFS, ENOMEM:
                    warn(of: errno, &turn)
                    return false
                case ECONNABORTED, EINTR: continue
                default: return true
                }
            }
            withUnsafePointer(to: &storage) { storage in
                // SAFETY: a sockaddr_storage is made to be used as any socket address.
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe deal(descriptor, address, size, listener.listener, &turn)
                }
            }
        }
        return true
    }

    private func deal(
        _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t, _ listener: Int, _ turn: inout Turn
    ) {
        let peer = unsafe PeerAddress(address)
        switch core.limits.admit(peer) {
        case .tooMany: refuse(descriptor, peer, listener, .tooManyConnections, &turn)
        case .overloaded: refuse(descriptor, peer, listener, .overloaded, &turn)
        case .admitted(let admission):
            let worker = workers[turn.nextWorker]
            turn.nextWorker = (turn.nextWorker + 1) % workers.count
            if unsafe !worker.add(descriptor, address: address, addressBytes: size, listener: listener) {
                admission.release()
            }
        }
    }

    /// Says 503, as far as it fits into the socket at once, and closes.
    private func refuse(
        _ descriptor: Int32, _ peer: PeerAddress, _ listener: Int, _ problem: Problem, _ turn: inout Turn
    ) {
        refused.add(1, ordering: .relaxed)
        let message = HTTPMessage(problem, date: turn.date.bytes(at: core.clock.wallSeconds))
        message.bytes.span.withUnsafeBytes { bytes in
            _ = unsafe send(
                descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        _ = shutdown(descriptor, Int32(SHUT_WR))
        // Closing with unread bytes would send a reset, which may overtake the answer.
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { scratch in
            _ = unsafe recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
        }
        _ = close(descriptor)
        core.observer?.requestEnded(
            HTTPRecord(
                exchange: nil, peer: peer, listener: listener, method: Span(), target: Span(), status: problem.status,
                bodyBytes: message.bodyCount, nanoseconds: 0, ending: .answered))
    }

    // MARK: When descriptors are short

    /// Accepts one connection with the reserve, to refuse it: it would hang in the backlog otherwise. False when that is
    /// not possible.
    private func refuseFromReserve(_ listener: ListeningSocket, _ turn: inout Turn) -> Bool {
        guard turn.reserve >= 0 else {
            turn.reserve = Turn.makeReserve()
            return false
        }
        _ = close(turn.reserve)
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = unsafe CMicroHTTPD_accept(listener.descriptor, &storage, &size)
        let code = errno
        if descriptor >= 0 {
            let peer = withUnsafePointer(to: &storage) { storage in
                // SAFETY: as above.
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe PeerAddress($0) }
            }
            refuse(descriptor, peer, listener.listener, .tooManyConnections, &turn)
        }
        turn.reserve = Turn.makeReserve()
        return descriptor >= 0 || code == EAGAIN || code == ECONNABORTED
    }

    private func warn(of code: Int32, _ turn: inout Turn) {
        let now = ServerClock.systemMilliseconds()
        guard now >= turn.nextWarning else { return }
        turn.nextWarning = now + Acceptor.warningPause
        core.log(
            .warning,
            "cannot accept connections, which are answered 503: \(unsafe String(cString: strerror(code))), with "
                + "\(core.limits.open.total) open")
    }
}
