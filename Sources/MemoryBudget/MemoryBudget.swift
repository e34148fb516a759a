import Synchronization

/// What the process may hold in all, and who holds how much of it.
///
/// Whoever keeps bytes that a client can make it keep reserves them first and is refused when there is no room. Nothing is
/// allocated here: it is counting, a few atomic additions for each reservation. All methods may be called from any thread.
package final class MemoryBudget: Sendable {
    /// What bytes are held for.
    package enum Use: Int, CaseIterable, Sendable {
        /// Logged events. They may take all that is left.
        case events
        /// Request bodies that are on their way in, or being worked on.
        case bodies
        /// Replies that are on their way out, unless their bytes are a log's own.
        case replies
        /// Connections and live readers.
        case readers
    }

    /// Bodies, replies and readers may take one part in this many of the limit each, so that none of them can turn the
    /// others, or the events, out.
    private static let partsOfLimit = 4

    private let limitBytes: Atomic<Int>
    private let totalBytes = Atomic(0)
    private let usedBytes = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }
    private let reliefOfEvents = Mutex<(@Sendable (Int) -> Void)?>(nil)

    /// Makes a budget of which nothing is used. A `limit` of 0 or less bounds nothing.
    package init(limit: Int) { limitBytes = Atomic(limit > 0 ? limit : .max) }

    /// Bytes that may be reserved in all. When it shrinks, what is held stays held, and nothing is added until enough of it
    /// has gone. 0 or less bounds nothing, and is read as `Int.max`.
    package var limit: Int {
        get { limitBytes.load(ordering: .relaxed) }
        set { limitBytes.store(newValue > 0 ? newValue : .max, ordering: .relaxed) }
    }

    /// Is asked, with no lock held, to give back this many bytes of event memory when a reservation would pass the limit;
    /// the reservation is then tried once more. On the thread that reserves.
    package var relief: (@Sendable (Int) -> Void)? {
        get { reliefOfEvents.withLock { $0 } }
        set { reliefOfEvents.withLock { $0 = newValue } }
    }

    /// Bytes reserved for a use.
    package func used(_ use: Use) -> Int { usedBytes[use.rawValue].load(ordering: .relaxed) }

    /// Bytes reserved in all.
    package var total: Int { totalBytes.load(ordering: .relaxed) }

    /// Bytes reserved beyond the limit; 0 when it is kept.
    package var excess: Int { max(0, total - limit) }

    /// Most bytes that a use may have.
    package func share(of use: Use) -> Int { use == .events ? limit : limit / Self.partsOfLimit }

    /// Reserves bytes, 0 or more; false, and nothing is reserved, when that passes the use's share, or the limit even after
    /// the ``relief``. What is reserved is given back with ``release(_:for:)``.
    package func reserve(_ bytes: Int, for use: Use) -> Bool {
        let missing = take(bytes, for: use)
        guard missing > 0 else { return missing == 0 }
        guard let relief else { return false }
        relief(missing)
        return take(bytes, for: use) == 0
    }

    /// Counts bytes that are held in any case.
    package func reserveAnyway(_ bytes: Int, for use: Use) {
        usedBytes[use.rawValue].add(bytes, ordering: .relaxed)
        totalBytes.add(bytes, ordering: .relaxed)
    }

    /// Gives back bytes that were reserved.
    package func release(_ bytes: Int, for use: Use) {
        usedBytes[use.rawValue].subtract(bytes, ordering: .relaxed)
        totalBytes.subtract(bytes, ordering: .relaxed)
    }

    /// Reserves and returns 0; or the bytes by which that would pass the limit; or -1 when it would pass the share.
    private func take(_ bytes: Int, for use: Use) -> Int {
        let limit = limit
        let mine = usedBytes[use.rawValue].add(bytes, ordering: .relaxed).newValue
        if use != .events, mine > limit / Self.partsOfLimit {
            usedBytes[use.rawValue].subtract(bytes, ordering: .relaxed)
            return -1
        }
        let all = totalBytes.add(bytes, ordering: .relaxed).newValue
        guard all > limit else { return 0 }
        release(bytes, for: use)
        return all - limit
    }
}

/// Bytes that one owner has reserved, as many as it needs at the moment; given back when it goes.
package struct MemoryReservation: ~Copyable {
    private let budget: MemoryBudget?
    private let use: MemoryBudget.Use
    /// Bytes reserved now.
    package private(set) var bytes = 0

    /// Reserves nothing yet. Without a budget everything is granted.
    package init(_ budget: MemoryBudget?, for use: MemoryBudget.Use) {
        self.budget = budget
        self.use = use
    }

    deinit { if bytes > 0 { budget?.release(bytes, for: use) } }

    /// Makes the reservation one of `newBytes`; false, and it stays as it is, when there is no room for more.
    package mutating func resize(to newBytes: Int) -> Bool {
        if newBytes > bytes {
            guard budget?.reserve(newBytes - bytes, for: use) ?? true else { return false }
        } else if newBytes < bytes {
            budget?.release(bytes - newBytes, for: use)
        }
        bytes = newBytes
        return true
    }

    /// Makes the reservation one of `newBytes`, room or not.
    package mutating func resizeAnyway(to newBytes: Int) {
        if newBytes > bytes { budget?.reserveAnyway(newBytes - bytes, for: use) }
        if newBytes < bytes { budget?.release(bytes - newBytes, for: use) }
        bytes = newBytes
    }
}
