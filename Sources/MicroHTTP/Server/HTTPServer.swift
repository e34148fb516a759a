import CMicroHTTPD
import Glibc
import PosixThreads
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
    /// The workers that the acceptor feeds, then one for each Unix socket.
    let workers: [Worker]
    let acceptor: Acceptor
    private let listeners: [ListeningSocket]
    private let state = Mutex(State.bound)

    /// Binds the configured addresses. The process's limit on open descriptors is raised as far as it may be.
    ///
    /// `log` takes what the server has to say, from any of its threads. `makeResponder` makes the responder of each
    /// worker; it is called here, on the caller's thread, for 0, 1, 2, ….
    package convenience init(
        configuration: HTTPServerConfiguration, log: @escaping HTTPServerLog,
        makeResponder: (_ worker: Int) -> any HTTPResponder
    ) throws(HTTPServerError) {
        try self.init(
            configuration: configuration, usesHeaderBlock: CMicroHTTPD_headerBlockWorks(), log: log,
            makeResponder: makeResponder)
    }

    /// As above; `usesHeaderBlock` false takes the slow way of adding headers, as with an unknown library.
    init(
        configuration: HTTPServerConfiguration, usesHeaderBlock: Bool, log: @escaping HTTPServerLog,
        makeResponder: (_ worker: Int) -> any HTTPResponder
    ) throws(HTTPServerError) {
        HTTPServer.raiseDescriptorLimit()
        let listeners = try HTTPServer.bind(configuration)
        let core = ServerCore(configuration, usesHeaderBlock: usesHeaderBlock, log: log)
        let fedCount = configuration.workers > 0 ? configuration.workers : HTTPServer.availableCores()
        var workers: [Worker] = []
        for index in 0..<fedCount {
            workers.append(
                Worker(core: core, configuration: configuration, listener: nil, responder: makeResponder(index)))
        }
        let fed = workers
        for listener in listeners where listener.isUnix {
            workers.append(
                Worker(
                    core: core, configuration: configuration, listener: listener.descriptor,
                    responder: makeResponder(workers.count)))
        }
        let tcp = listeners.filter { !$0.isUnix }
        guard
            let acceptor = Acceptor(
                core: core, workers: fed, swept: workers, listeners: tcp, tick: configuration.tick.milliseconds)
        else {
            for listener in listeners { listener.close() }
            throw .system(call: "eventfd", address: "", errno: errno)
        }
        if !usesHeaderBlock {
            core.log(.warning, "this libmicrohttpd does not keep a header block: headers are added one by one")
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

    /// Counts since the start. O(workers).
    package var statistics: HTTPServerStatistics {
        var statistics = HTTPServerStatistics()
        for worker in workers { worker.counters.add(to: &statistics) }
        statistics.openConnections = core.limits.total
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

    /// Closes what the library does not close: the files of Unix sockets.
    func removeSocketFiles() {
        for listener in listeners { listener.removeFile() }
    }

    private static func bind(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) -> [ListeningSocket] {
        guard !configuration.listeners.isEmpty else { throw .noListener }
        var bound: [ListeningSocket] = []
        do throws(HTTPServerError) {
            for listener in configuration.listeners {
                bound += try ListeningSocket.bind(listener, backlog: configuration.backlog)
            }
        } catch {
            for listener in bound { listener.close() }
            throw error
        }
        return bound
    }

    /// Cores that the system has online, at least 1.
    package static func availableCores() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
