import CMicroHTTPD
import Glibc
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd: one single-thread event loop for each core, one thread that accepts and keeps
/// time. It knows nothing of what is served; that is an ``HTTPResponder``.
///
/// The life of a server is `init` (addresses are bound), ``start()``, ``drainAndStop(grace:)``, each once. A server
/// that was started must be stopped before it is dropped. All methods may be called from any thread.
package final class HTTPServer: Sendable {
    private enum State {
        case bound
        case running(PosixThread)
        case stopped
    }

    /// What the server listens on, in the order of the configuration; `localhost` gives two.
    package let addresses: [HTTPBoundAddress]

    let core: ServerCore
    let workers: [Worker]
    let acceptor: Acceptor
    private let listeners: [ListeningSocket]
    private let state = Mutex(State.bound)

    /// Binds the configured addresses. The process's limit on open descriptors is raised as far as it may be.
    ///
    /// `log` takes what the server has to say, from any of its threads. `makeResponder` makes the responder of each
    /// worker; it is called here, on the caller's thread, for 0, 1, 2, ….
    package init(
        configuration: HTTPServerConfiguration, log: @escaping HTTPServerLog,
        makeResponder: (_ worker: Int) -> any HTTPResponder
    ) throws(HTTPServerError) {
        let descriptors = HTTPServer.raiseDescriptorLimit()
        let listeners = try HTTPServer.bind(configuration)
        let core = ServerCore(configuration, log: log)
        let count = configuration.workers > 0 ? configuration.workers : HTTPServer.availableCores()
        let workers = (0..<count).compactMap { index in
            Worker(core: core, configuration: configuration, responder: makeResponder(index))
        }
        guard workers.count == count,
            let acceptor = Acceptor(
                core: core, workers: workers, listeners: listeners, tick: configuration.tick.milliseconds)
        else {
            for listener in listeners { listener.close() }
            throw .system(call: "eventfd", address: "", errno: errno)
        }
        // Each worker has an epoll and an event, each connection a socket; a moment's second one when it becomes a stream.
        let others = HTTPServer.openDescriptors + 4 * count + HTTPServer.spareDescriptors
        if descriptors - others < configuration.limits.maxConnections {
            core.log(
                .warning,
                "max_connections is \(configuration.limits.maxConnections), but \(descriptors) descriptors suffice for "
                    + "\(max(0, descriptors - others)); raise the limit (LimitNOFILE=, ulimit -n) to "
                    + "\(configuration.limits.maxConnections + others), or lower max_connections")
        }
        if !core.checksHeadStructure {
            core.log(.warning, "this libmicrohttpd is not 0.9.7x: request heads are checked by their values only")
        }
        self.listeners = listeners
        self.core = core
        self.workers = workers
        self.acceptor = acceptor
        addresses = listeners.map(\.address)
    }

    deinit {
        state.withLock { state in
            if case .running = state { preconditionFailure("a running HTTPServer was dropped") }
            if case .bound = state { for listener in listeners { listener.close() } }
        }
    }

    /// Starts the threads; from now on requests are answered.
    package func start() throws(HTTPServerError) {
        core.tick()
        for (index, worker) in workers.enumerated() where !worker.start() {
            for started in workers[..<index] { started.stop() }
            throw .workerNotStarted(index)
        }
        let acceptor = acceptor
        guard let thread = PosixThread({ acceptor.run() }) else {
            for worker in workers { worker.stop() }
            throw .system(call: "pthread_create", address: "", errno: EAGAIN)
        }
        state.withLock { $0 = .running(thread) }
    }

    /// Swaps limits and deadlines. Requests and connections that are there already keep the limits that they were measured
    /// by; deadlines hold from the next tick on.
    package func apply(_ limits: HTTPLimits) { core.apply(limits) }

    /// Counts since the start. O(workers).
    package var statistics: HTTPServerStatistics {
        var statistics = HTTPServerStatistics()
        for worker in workers { worker.counters.add(to: &statistics) }
        let open = core.limits.open
        statistics.openConnections = open.total - open.streams
        statistics.openStreams = open.streams
        statistics.refusedConnections = acceptor.refusedConnections
        return statistics
    }

    /// Marks the server as stopped and returns its thread; nil when it is not running.
    func takeThread() -> PosixThread? {
        state.withLock { state in
            guard case .running(let thread) = state else { return nil }
            state = .stopped
            return thread
        }
    }

    private static func bind(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) -> [ListeningSocket] {
        guard !configuration.listeners.isEmpty else { throw .noListener }
        var bound: [ListeningSocket] = []
        do throws(HTTPServerError) {
            for (index, listener) in configuration.listeners.enumerated() {
                bound += try ListeningSocket.bind(listener, backlog: configuration.backlog).map { socket in
                    var socket = socket
                    socket.listener = index
                    return socket
                }
            }
        } catch {
            for listener in bound { listener.close() }
            throw error
        }
        return bound
    }

    /// Cores that the system has online, at least 1.
    package static func availableCores() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Descriptors that are left for files, live loops and what else the process opens after the start.
    private static let spareDescriptors = 24

    /// Raises the limit on descriptors as far as it may be, and returns it.
    private static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Descriptors that the process has open, about: the next one's number.
    private static var openDescriptors: Int {
        let next = dup(0)
        if next >= 0 { _ = close(next) }
        return max(0, Int(next))
    }
}
