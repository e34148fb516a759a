private import Synchronization

/// What the daemon may hold for its clients, in bytes, and what it holds: one count for everybody who keeps something
/// because a client sent or asked for it. Any thread; a reservation costs two atomic additions.
///
/// Events may take what nothing else needs. Bodies, replies and readers have a share each, a quarter of the limit at most, so
/// that no client can drive events out by opening requests.
package final class MemoryBudget: Sendable {
    /// What bytes are held for.
    package enum Use: Int, CaseIterable, Sendable {
        /// Events at rest, and what keeping them costs.
        case events
        /// Request bodies on their way in.
        case bodies
        /// Replies on their way out that are nobody else's memory.
        case replies
        /// Streams and requests that wait.
        case readers
    }

    private struct Counts: ~Copyable {
        let events = Atomic(0)
        let bodies = Atomic(0)
        let replies = Atomic(0)
        let readers = Atomic(0)
        let total = Atomic(0)
    }

    private let counts = Counts()
    private let bound: Atomic<Int>
    private let reliefOfEvents = Mutex<(@Sendable (Int) -> Void)?>(nil)

    /// Makes a budget of `limit` bytes; 0 or less sets no limit.
    package init(limit: Int) {
        bound = Atomic(limit > 0 ? limit : .max)
    }

    /// Most bytes. Setting 0 or less sets no limit; what is held already stays until its holder gives it back.
    package var limit: Int {
        get { bound.load(ordering: .relaxed) }
        set { bound.store(newValue > 0 ? newValue : .max, ordering: .relaxed) }
    }

    /// Bytes held in all.
    package var total: Int { counts.total.load(ordering: .relaxed) }

    /// Bytes held beyond the limit; 0 when it is kept.
    package var excess: Int { max(0, total - limit) }

    /// Bytes held for one use.
    package func used(_ use: Use) -> Int { load(use) }

    /// Sets who frees events' memory when others need it: called with the bytes that are wanted, with no lock held, on the
    /// thread that needs them.
    package func setRelief(_ relief: @escaping @Sendable (Int) -> Void) {
        reliefOfEvents.withLock { $0 = relief }
    }

    /// Counts `bytes`, unless that would pass the limit or the share of `use`; then false, and nothing is counted. Events are
    /// given up for it before that.
    ///
    /// Holds no lock while events are given up: not to be called by who holds one that giving up takes.
    package func reserve(_ bytes: Int, for use: Use) -> Bool {
        if tryReserve(bytes, for: use) { return true }
        guard isWithinShare(bytes, use), let relieve = reliefOfEvents.withLock({ $0 }) else { return false }
        relieve(bytes)
        return tryReserve(bytes, for: use)
    }

    /// Counts what is there already, whatever the limit says.
    package func add(_ bytes: Int, to use: Use) {
        change(use, by: bytes)
        counts.total.add(bytes, ordering: .relaxed)
    }

    /// Takes back what ``reserve(_:for:)`` or ``add(_:to:)`` counted.
    package func release(_ bytes: Int, from use: Use) { add(-bytes, to: use) }

    private func tryReserve(_ bytes: Int, for use: Use) -> Bool {
        guard isWithinShare(bytes, use) else { return false }
        let limit = limit
        let (_, total) = counts.total.add(bytes, ordering: .relaxed)
        guard total <= limit else {
            counts.total.subtract(bytes, ordering: .relaxed)
            return false
        }
        change(use, by: bytes)
        return true
    }

    private func isWithinShare(_ bytes: Int, _ use: Use) -> Bool {
        use == .events ? bytes <= limit : load(use) + bytes <= limit / 4
    }

    private func load(_ use: Use) -> Int {
        switch use {
        case .events: counts.events.load(ordering: .relaxed)
        case .bodies: counts.bodies.load(ordering: .relaxed)
        case .replies: counts.replies.load(ordering: .relaxed)
        case .readers: counts.readers.load(ordering: .relaxed)
        }
    }

    private func change(_ use: Use, by bytes: Int) {
        switch use {
        case .events: counts.events.add(bytes, ordering: .relaxed)
        case .bodies: counts.bodies.add(bytes, ordering: .relaxed)
        case .replies: counts.replies.add(bytes, ordering: .relaxed)
        case .readers: counts.readers.add(bytes, ordering: .relaxed)
        }
    }
}
