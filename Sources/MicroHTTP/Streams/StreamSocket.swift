import Glibc
import Synchronization

/// The socket of a connection that was taken out of HTTP, on its way to a ``StreamTable``. Closes it unless it is taken.
package final class StreamSocket: Sendable {
    /// How long sent bytes may stay without acknowledgement before the kernel gives the peer up. A heartbeat is what
    /// makes a vanished peer miss one.
    private static let unacknowledgedMilliseconds: Int32 = 30_000

    /// Bytes that the kernel may hold for a peer beyond what is on its way. Its own limit is megabytes, and a peer that
    /// does not read would have them filled.
    private static let unsentBytes: Int32 = 128 << 10

    private let descriptor: Atomic<Int32>

    /// Takes over `descriptor`, a connected non-blocking socket; `isLocal` says that it is not TCP's.
    init(descriptor: Int32, isLocal: Bool) {
        self.descriptor = Atomic(descriptor)
        guard !isLocal else { return }
        // Small writes go out at once.
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, to: 1)
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, to: Self.unacknowledgedMilliseconds)
        Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, to: Self.unsentBytes)
    }

    deinit {
        let left = take()
        if left >= 0 { _ = close(left) }
    }

    /// Gives the descriptor away, once: the caller closes it. -1 afterwards.
    func take() -> Int32 { descriptor.exchange(-1, ordering: .acquiringAndReleasing) }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
