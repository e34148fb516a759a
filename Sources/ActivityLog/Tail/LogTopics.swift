internal import ByteBuffers
private import Synchronization

/// Who waits for events of which workspace: the step from an append to its live readers.
///
/// Keyed by the workspace's id and not by its log, so that a reader can wait for a workspace that does not exist yet
/// without creating it.
///
/// No wake-up is lost when a subscriber subscribes first and then reads, and an appender appends first and then publishes:
/// either the read sees the event, or the publication sees the subscriber.
package final class LogTopics: Sendable {
    private struct Topic {
        let id: OwnedBytes
        var subscribers: [any LogSubscriber]
    }

    private struct Shard {
        /// By the hash of the id; more than one in a place only where hashes collide.
        var topics: [Int: [Topic]] = [:]
    }

    private final class LockedShard: Sendable {
        let content = Mutex(Shard())
    }

    private let shards: [LockedShard]
    /// Subscriptions in all, so that an append in a daemon without live readers costs one load.
    private let total = Atomic(0)

    /// Makes topics without subscribers.
    package init() {
        shards = (0..<16).map { _ in LockedShard() }
    }

    /// Tells the subscribers of a workspace. O(subscribers); one load when there are none at all, one probe when this
    /// workspace has none.
    package func publish(_ id: Span<UInt8>) {
        // A subscriber whose read did not see the append had the log's lock before it, so its subscription is seen here.
        guard total.load(ordering: .acquiring) > 0 else { return }
        publish(id, hash: WorkspaceID.hash(of: id))
    }

    /// As above, with the hash of `id` given: tests make ids collide.
    func publish(_ id: Span<UInt8>, hash: Int) {
        var subscribers: [any LogSubscriber] = []
        shard(of: hash).content.withLock { shard in
            guard let topics = shard.topics[hash] else { return }
            if let place = Self.place(of: id, in: topics) { subscribers = topics[place].subscribers }
        }
        for subscriber in subscribers { subscriber.logChanged() }
    }

    /// Adds a subscriber of a workspace, which need not exist. O(1). Each subscription must be ended once.
    package func subscribe(_ subscriber: any LogSubscriber, to id: Span<UInt8>) {
        subscribe(subscriber, to: id, hash: WorkspaceID.hash(of: id))
    }

    /// As above, with the hash of `id` given.
    func subscribe(_ subscriber: any LogSubscriber, to id: Span<UInt8>, hash: Int) {
        total.add(1, ordering: .releasing)
        shard(of: hash).content.withLock { shard in
            var topics = shard.topics[hash] ?? []
            if let place = Self.place(of: id, in: topics) {
                topics[place].subscribers.append(subscriber)
            } else {
                topics.append(Topic(id: OwnedBytes(id), subscribers: [subscriber]))
            }
            shard.topics[hash] = topics
        }
    }

    /// Ends a subscription. O(subscribers of the workspace). A call under way on another thread may still reach the
    /// subscriber.
    package func unsubscribe(_ subscriber: any LogSubscriber, from id: Span<UInt8>) {
        unsubscribe(subscriber, from: id, hash: WorkspaceID.hash(of: id))
    }

    /// As above, with the hash of `id` given.
    func unsubscribe(_ subscriber: any LogSubscriber, from id: Span<UInt8>, hash: Int) {
        let wasThere = shard(of: hash).content.withLock { shard in
            guard var topics = shard.topics[hash], let place = Self.place(of: id, in: topics),
                let index = topics[place].subscribers.firstIndex(where: { $0 === subscriber })
            else { return false }
            topics[place].subscribers.remove(at: index)
            if topics[place].subscribers.isEmpty { topics.remove(at: place) }
            shard.topics[hash] = topics.isEmpty ? nil : topics
            return true
        }
        if wasThere { total.subtract(1, ordering: .relaxed) }
    }

    /// Whether somebody waits for changes of a workspace. O(1).
    package func isFollowed(_ id: Span<UInt8>) -> Bool {
        guard total.load(ordering: .acquiring) > 0 else { return false }
        let hash = WorkspaceID.hash(of: id)
        return shard(of: hash).content.withLock { shard in
            shard.topics[hash].flatMap { Self.place(of: id, in: $0) } != nil
        }
    }

    /// Workspaces with subscribers.
    package var count: Int {
        shards.reduce(0) { sum, shard in
            sum + shard.content.withLock { shard in shard.topics.values.reduce(0) { $0 + $1.count } }
        }
    }

    private static func place(of id: Span<UInt8>, in topics: [Topic]) -> Int? {
        for place in topics.indices {
            let candidate = topics[place].id
            if id.equals(candidate.span) { return place }
        }
        return nil
    }

    private func shard(of hash: Int) -> LockedShard {
        shards[Int(truncatingIfNeeded: UInt(bitPattern: hash) >> 60)]
    }
}
