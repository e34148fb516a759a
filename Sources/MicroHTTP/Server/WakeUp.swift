import CMicroHTTPD
import Glibc

/// An event that a thread waits for in poll(2) or epoll(7) and any other thread raises.
final class WakeUp: Sendable {
    let descriptor: Int32

    /// Nil when the process has no descriptor left.
    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { return nil }
    }

    deinit { _ = close(descriptor) }

    /// Makes the descriptor readable.
    func raise() { _ = eventfd_write(descriptor, 1) }

    /// Makes it unreadable again; not needed where it is watched edge-triggered, since each ``raise()`` is an edge.
    func clear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
