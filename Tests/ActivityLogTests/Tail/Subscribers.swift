import ByteBuffers
import Synchronization

@testable import ActivityLog

/// Counts what it is told.
final class CountingSubscriber: LogSubscriber {
    private let calls = Atomic(0)

    var count: Int { calls.load(ordering: .sequentiallyConsistent) }

    func logChanged() { calls.add(1, ordering: .sequentiallyConsistent) }
}

/// Calls back when it is told.
final class CallingSubscriber: LogSubscriber {
    private let body: @Sendable (CallingSubscriber) -> Void

    init(_ body: @escaping @Sendable (CallingSubscriber) -> Void) { self.body = body }

    func logChanged() { body(self) }
}

// Views cannot pass through the `#expect` macro, so these take text, and the hash where a test makes ids collide.

extension LogTopics {
    func publish(_ id: String, hash: Int? = nil) {
        let bytes = Array(id.utf8)
        if let hash { publish(bytes.span, hash: hash) } else { publish(bytes.span) }
    }

    func subscribe(_ subscriber: any LogSubscriber, to id: String, hash: Int? = nil) {
        let bytes = Array(id.utf8)
        if let hash { subscribe(subscriber, to: bytes.span, hash: hash) } else { subscribe(subscriber, to: bytes.span) }
    }

    func unsubscribe(_ subscriber: any LogSubscriber, from id: String, hash: Int? = nil) {
        let bytes = Array(id.utf8)
        if let hash {
            unsubscribe(subscriber, from: bytes.span, hash: hash)
        } else {
            unsubscribe(subscriber, from: bytes.span)
        }
    }
}
