import ByteBuffers
import Glibc
import Synchronization

/// What stands between a stream and its socket, such as TLS. Used by the stream's loop only.
package protocol StreamTransport: AnyObject, Sendable {
    /// The socket, which the loop waits in for room and for the peer's leaving. The transport's own.
    var descriptor: Int32 { get }

    /// Takes bytes as send(2) does, without waiting: returns how many it has taken, or -1 with `errno`, of which EAGAIN says
    /// to try again when the socket has room.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int

    /// Closes the socket. Once; nothing is called after it.
    func close()
}

/// The socket of a connection that was taken out of HTTP, on its way to a ``StreamTable``. Closes it unless it is taken.
package final class StreamSocket: Sendable {
    /// How long sent bytes may stay without acknowledgement before the kernel gives the peer up. A heartbeat is what
    /// makes a vanished peer miss one.
    private static let unacknowledgedMilliseconds: Int32 = 30_000

    /// Bytes that the kernel may hold for a peer beyond what is on its way. Its own limit is megabytes, and a peer that
    /// does not read would have them filled.
    private static let unsentBytes: Int32 = 128 << 10

    /// What is taken over with the socket.
    struct Content {
        /// Owned, by the transport if there is one.
        let descriptor: Int32
        /// What the bytes go through; nil sends them as they are.
        let transport: (any StreamTransport)?
        /// What the observer is told when the stream has ended.
        let record: StreamRecord?
        /// The place under the server's limits; nil for a socket that no server counts.
        let admission: ConnectionAdmission?

        /// Closes the socket and settles the rest. Once.
        func close(sentBytes: Int) {
            if let transport { transport.close() } else { _ = Glibc.close(descriptor) }
            admission?.release()
            record?.end(sentBytes: sentBytes)
        }
    }

    private let content: Mutex<Content?>

    /// Takes over `descriptor`, a connected non-blocking socket; `isLocal` says that it is not TCP's.
    init(
        descriptor: Int32, isLocal: Bool, record: StreamRecord? = nil, admission: ConnectionAdmission? = nil
    ) {
        content = Mutex(
            Content(descriptor: descriptor, transport: nil, record: record, admission: admission))
        guard !isLocal else { return }
        // Small writes go out at once.
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, to: 1)
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, to: Self.unacknowledgedMilliseconds)
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, to: Self.unsentBytes)
    }

    /// Takes over what bytes go through on their way to a socket.
    package init(transport: any StreamTransport) {
        content = Mutex(
            Content(descriptor: transport.descriptor, transport: transport, record: nil, admission: nil))
    }

    deinit { take()?.close(sentBytes: 0) }

    /// Gives the socket away, once: who takes it closes it. Nil afterwards.
    func take() -> Content? {
        content.withLock { content in
            defer { content = nil }
            return content
        }
    }

    /// Closes the socket of a connection that has not become a stream after all; false when somebody has taken it.
    func cancel() -> Bool {
        guard let content = take() else { return false }
        _ = close(content.descriptor)
        content.admission?.becomeConnectionAgain()
        return true
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// What the observer is told of a stream, which ends long after its request is gone.
final class StreamRecord: Sendable {
    private let observer: any HTTPObserver
    private let exchange: HTTPExchange
    private let method: OwnedBytes
    private let target: OwnedBytes
    private let headCount: Int
    private let startedAt: UInt64

    /// Prepares the record of a stream whose head has `headCount` bytes and whose request began at `startedAt`, in
    /// nanoseconds.
    init(
        _ observer: any HTTPObserver, _ exchange: HTTPExchange, method: Span<UInt8>, target: Span<UInt8>,
        headCount: Int, startedAt: UInt64
    ) {
        self.observer = observer
        self.exchange = exchange
        self.method = OwnedBytes(method)
        self.target = OwnedBytes(target)
        self.headCount = headCount
        self.startedAt = startedAt
    }

    /// Tells the observer. Once, when the socket has been closed; `sentBytes` includes the head.
    func end(sentBytes: Int) {
        let (method, target) = (method, target)
        let record = HTTPRecord(
            exchange: exchange, peer: exchange.peer, listener: exchange.listener, method: method.span,
            target: target.span, status: 200, bodyBytes: max(0, sentBytes - headCount),
            nanoseconds: ServerClock.systemNanoseconds() - startedAt, ending: .stream)
        observer.requestEnded(record)
    }
}
