import CMicroHTTPD
import Glibc

/// What a stream loop waits in: epoll(7), edge-triggered, so that a stream costs two system calls in its life.
final class StreamPoll: Sendable {
    /// What was reported.
    enum Report {
        /// Somebody sent a command.
        case wakeUp
        /// A stream's socket has room, or its peer is going.
        case stream(StreamID, PeerState)
        /// The peer of a parked request left.
        case peer(UInt64)
    }

    /// What is known of the peer of a socket.
    enum PeerState {
        case there
        /// It sends nothing more; whether it still reads is not known.
        case finished
        case gone
    }

    /// Events fetched in one call. Not 128, for which `interposed.c` has a rule that is the library's.
    private static let batch = 256
    private static let wakeUpWord = UInt64.max
    private static let peerBit: UInt64 = 1 << 63

    private let descriptor: Int32

    /// Nil when the process has no descriptor left.
    init?(wakeUp: WakeUp) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0, add(wakeUp.descriptor, EPOLLIN.rawValue, Self.wakeUpWord) else { return nil }
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    /// Watches a stream's socket for room and for the peer's leaving.
    func watch(_ socket: Int32, as stream: StreamID) -> Bool {
        add(socket, EPOLLOUT.rawValue | EPOLLRDHUP.rawValue, stream.word)
    }

    /// Watches a socket for the peer's leaving only. One that merely sends nothing more has not left.
    func watchPeer(_ socket: Int32, as watch: UInt64) -> Bool {
        add(socket, 0, watch | Self.peerBit)
    }

    /// Stops watching; false when it was not watched.
    func unwatch(_ socket: Int32) -> Bool {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil) == 0
    }

    /// Waits for at most `milliseconds` (-1: without end) and passes on what is reported.
    func wait(milliseconds: Int32, _ take: (Report) -> Void) {
        // SAFETY: the kernel initialises the first `count` of the events.
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
            let count = unsafe epoll_wait(descriptor, events.baseAddress, Int32(Self.batch), milliseconds)
            // Interrupted, or nothing: the next turn sees.
            for index in 0..<max(Int(count), 0) {
                let event = unsafe events[index]
                let word = unsafe event.data.u64
                if word == Self.wakeUpWord {
                    take(.wakeUp)
                } else if word & Self.peerBit != 0 {
                    take(.peer(word & ~Self.peerBit))
                } else {
                    let isGone = event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
                    let hasFinished = event.events & EPOLLRDHUP.rawValue != 0
                    take(.stream(StreamID(word: word), isGone ? .gone : hasFinished ? .finished : .there))
                }
            }
        }
    }

    private func add(_ socket: Int32, _ events: UInt32, _ word: UInt64) -> Bool {
        var event = epoll_event()
        event.events = events | EPOLLET.rawValue
        event.data.u64 = word
        return unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0
    }
}
