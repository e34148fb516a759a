import Glibc
package import ByteBuffers

/// A connection that was taken out of HTTP: its socket, and the head of the answer, which has not been sent yet.
///
/// The socket closes with the last reference.
package final class StreamSocket: Sendable {
    /// How long sent bytes may stay without acknowledgement before the kernel gives the peer up. A heartbeat is what
    /// makes a vanished peer miss one.
    private static let unacknowledgedMilliseconds: Int32 = 30_000

    /// Bytes that the kernel may hold for a peer beyond what is on its way. Its own limit is megabytes, and a peer that
    /// does not read would have them filled.
    private static let unsentBytes: Int32 = 128 << 10

    let descriptor: Int32
    /// The status line, the headers and the empty line. The first bytes that go out must be these.
    package let head: OwnedBytes

    /// Takes over `descriptor`, a connected non-blocking socket.
    init(descriptor: Int32, isLocal: Bool, head: OwnedBytes) {
        self.descriptor = descriptor
        self.head = head
        guard !isLocal else { return }
        // Small writes go out at once.
        set(Int32(IPPROTO_TCP), TCP_NODELAY, to: 1)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, to: Self.unacknowledgedMilliseconds)
        set(Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, to: Self.unsentBytes)
    }

    deinit { _ = close(descriptor) }

    private func set(_ level: Int32, _ option: Int32, to value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
