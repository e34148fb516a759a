import ByteBuffers
import CMicroHTTPD
import Glibc
import Synchronization

/// One thread of libmicrohttpd with its connections, its responder and its buffers.
final class Worker {
    let core: ServerCore
    let connections = ConnectionRegistry()
    let parkingLot = ParkingLot()
    let counters = WorkerCounters()

    // The request path's own.
    // SAFETY: only the worker's thread touches them, and no accesses overlap: the responder is handed `response` alone,
    // and what needs several at once takes them as separate arguments (`queue`).
    @exclusivity(unchecked) let responder: any HTTPResponder
    @exclusivity(unchecked) var response = HTTPResponse()
    /// A head, and the body behind it if that is small.
    @exclusivity(unchecked) var scratch = ByteBuffer()
    /// Connections whose answer goes on in the next turn.
    @exclusivity(unchecked) var readyNext: [Connection] = []
    @exclusivity(unchecked) var date = HTTPDate()
    /// The settings, and which change of them that is.
    @exclusivity(unchecked) var settings: ServerSettings
    @exclusivity(unchecked) var generation: Int
    /// A block that is lent to the body of a request, so that connections need not keep one of their own.
    @exclusivity(unchecked) var spareBody = ByteBuffer()
    /// Header lines of the head that is being checked. As many as a pool of 32 KiB can hold.
    let lines: UnsafeMutableBufferPointer<HeadField>

    /// Waiting connections whose answer has come from another thread.
    let inbox = Mutex<[Connection]>([])
    let wakeUp: WakeUp

    /// What stands for our answers in the library.
    let keeping: OpaquePointer?
    let closing: OpaquePointer?
    let hooks: UnsafeMutablePointer<CMicroHTTPD_Hooks>
    private let options: UnsafeMutablePointer<CMicroHTTPD_Options>
    private var daemon: OpaquePointer?

    /// Prepares a worker, which the acceptor will feed; nil when the process has no descriptor or no memory left.
    init?(core: ServerCore, configuration: HTTPServerConfiguration, responder: any HTTPResponder) {
        guard let wakeUp = WakeUp() else { return nil }
        self.wakeUp = wakeUp
        unsafe keeping = CMicroHTTPD_placeholder(false)
        unsafe closing = CMicroHTTPD_placeholder(true)
        self.core = core
        self.responder = responder
        generation = core.generation
        settings = core.settings
        unsafe lines = .allocate(capacity: 512)
        unsafe options = .allocate(capacity: 1)
        unsafe hooks = .allocate(capacity: 1)
        unsafe options.initialize(
            to: Worker.options(
                context: Unmanaged.passUnretained(self).toOpaque(),
                poolBytes: configuration.maxHeadBytes,
                // The library's own limit deadlocks a worker that reaches it through MHD_add_connection (0.9.75).
                connectionLimit: 1_000_000))
        unsafe hooks.initialize(to: Worker.hooks(context: Unmanaged.passUnretained(self).toOpaque()))
    }

    deinit {
        precondition(unsafe daemon == nil, "a worker was dropped without being stopped")
        unsafe options.deallocate()
        unsafe CMicroHTTPD_unwatchAll(hooks)
        unsafe hooks.deallocate()
        for placeholder in unsafe [keeping, closing] where unsafe placeholder != nil {
            unsafe MHD_destroy_response(placeholder)
        }
        unsafe lines.deallocate()
    }

    /// Starts the thread; false when the library refuses, which it has logged.
    func start() -> Bool {
        guard let started = unsafe CMicroHTTPD_start(options) else { return false }
        unsafe daemon = started
        // An event without data wakes the library up and is passed over.
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLET.rawValue
        event.data.u64 = 0
        return unsafe epoll_ctl(CMicroHTTPD_epoll(started), EPOLL_CTL_ADD, wakeUp.descriptor, &event) == 0
    }

    /// Hands over an accepted socket. On failure the library has closed it. Acceptor thread.
    func add(_ descriptor: Int32, address: UnsafePointer<sockaddr>, addressBytes: socklen_t, listener: Int) -> Bool {
        guard let daemon = unsafe daemon else { return false }
        return unsafe CMicroHTTPD_add(daemon, descriptor, address, addressBytes, UInt32(listener)) == .YES
    }

    /// Ends the thread and cuts what is still open.
    func stop() {
        guard let running = unsafe daemon else { return }
        unsafe MHD_stop_daemon(running)
        unsafe daemon = nil
    }
}

// SAFETY: `start`, `add` and `stop` are called one after the other by the server's life
// cycle (`add` only between `start` and the end of the acceptor); what the request path owns is touched
// by the worker's thread only.
extension Worker: @unchecked Sendable {}
