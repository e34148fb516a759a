import ByteBuffers
import CMicroHTTPD
import Glibc
import Problems
import Synchronization

/// The thread that accepts TCP connections and deals them out to the workers, and that keeps time: it refreshes the
/// server's clock and sweeps the connections at each tick.
///
/// libmicrohttpd's own way, several threads on one listener, leaves most connections on one of them; dealt out one by
/// one they are even, and the limits are checked before a worker hears of a connection.
final class Acceptor: Sendable {
    /// How long accepting pauses when the process is out of descriptors: the listener stays readable, so that without
    /// a pause the thread would spin until somebody hangs up.
    private static let shortagePause: UInt64 = 100
    /// Connections accepted in a row from one listener, so that one busy listener does not starve others and the clock.
    private static let batch = 64

    private enum Command: Int, AtomicRepresentable {
        case accept, keepTime, end
    }

    private let core: ServerCore
    /// Those that connections are dealt out to.
    private let workers: [Worker]
    /// All, with those that accept by themselves.
    private let swept: [Worker]
    private let listeners: [ListeningSocket]
    private let tick: UInt64
    private let wakeUp: WakeUp
    private let command = Atomic(Command.accept)
    private let refused = Atomic(0)

    /// Nil when the process has no descriptor left. Connections are dealt out to `workers`, at least one; `swept` are
    /// all whose connections have deadlines. `tick` is in milliseconds.
    init?(core: ServerCore, workers: [Worker], swept: [Worker], listeners: [ListeningSocket], tick: UInt64) {
        guard let wakeUp = WakeUp() else { return nil }
        self.core = core
        self.workers = workers
        self.swept = swept
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
        var nextWorker = 0
        var date = HTTPDate()
        var watched = [pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
        watched += listeners.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while true {
            let now = ServerClock.systemMilliseconds()
            if now >= nextTick {
                keepTime(&date)
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
                for entry in watched.dropFirst() where entry.revents != 0 && !isPaused {
                    guard accept(from: entry.fd, &nextWorker, &date) else {
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

    private func keepTime(_ date: inout HTTPDate) {
        core.tick()
        let message = HTTPResponse.message(.requestTimeout, date: date.bytes(at: core.clock.wallSeconds))
        for worker in swept { worker.sweep(timeoutMessage: message.span) }
    }

    /// Accepts what is ready; false when the process or the system is out of descriptors or memory.
    private func accept(from listener: Int32, _ nextWorker: inout Int, _ date: inout HTTPDate) -> Bool {
        for _ in 0..<Acceptor.batch {
            var storage = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = unsafe CMicroHTTPD_accept(listener, &storage, &size)
            guard descriptor >= 0 else {
                switch errno {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    core.log(.warning, "cannot accept connections: \(unsafe String(cString: strerror(errno)))")
                    return false
                case ECONNABORTED, EINTR: continue
                default: return true
                }
            }
            withUnsafePointer(to: &storage) { storage in
                // SAFETY: a sockaddr_storage is made to be used as any socket address.
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe deal(descriptor, address, size, &nextWorker, &date)
                }
            }
        }
        return true
    }

    private func deal(
        _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t, _ nextWorker: inout Int,
        _ date: inout HTTPDate
    ) {
        let peer = unsafe PeerAddress(address)
        guard core.limits.admit(peer) else {
            refuse(descriptor, date.bytes(at: core.clock.wallSeconds))
            return
        }
        let worker = workers[nextWorker]
        nextWorker = (nextWorker + 1) % workers.count
        if unsafe !worker.add(descriptor, address: address, addressBytes: size) { core.limits.release(peer) }
    }

    /// Says 503, as far as it fits into the socket at once, and closes.
    private func refuse(_ descriptor: Int32, _ date: Span<UInt8>) {
        refused.add(1, ordering: .relaxed)
        let message = HTTPResponse.message(.tooManyConnections, date: date)
        message.span.withUnsafeBytes { bytes in
            _ = unsafe send(
                descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        _ = shutdown(descriptor, Int32(SHUT_WR))
        // Closing with unread bytes would send a reset, which may overtake the answer.
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { scratch in
            _ = unsafe recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
        }
        _ = close(descriptor)
    }
}
