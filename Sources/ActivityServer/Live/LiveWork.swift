internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// What other threads tell a loop's ``LiveDriver``.
enum LiveCommand: Sendable {
    /// A connection has become a stream, whose first bytes are the head.
    case open(StreamSocket, head: OwnedBytes, LiveSubscription)
    /// A request waits, until `deadline` on the loop's clock at most.
    case wait(any LivePoll, HTTPExchange, deadline: UInt64, LiveSeat)
    /// Something was appended to a workspace.
    case changed(LiveTopic)
    /// A log that answers later has answered a read.
    case read(LiveTarget, Result<EventPage, StoreError>)
    /// A poll whose log answers later has been attempted.
    case attempted(wait: UInt64, LivePollOutcome)
}

/// Whom a page is for.
enum LiveTarget: Sendable {
    /// The streams of a channel that are caught up.
    case channel(UInt64)
    /// One stream that catches up with its channel.
    case reader(StreamID)
    /// One place of a merged stream.
    case merged(StreamID, place: Int)
}

/// What a loop's ``LiveDriver`` has to do: one read or one attempt each, first come, first served, and each of them once,
/// however often it was asked for before its turn.
struct LiveWork {
    /// A read, or an attempt, that is due.
    enum Item {
        case channel(LiveChannel)
        case reader(LiveReader)
        case wait(LiveWait)
    }

    private var items: [Item] = []
    /// The next one's index.
    private var next = 0

    /// Whether nothing is due.
    var isEmpty: Bool { next == items.count }

    /// Number of items. What is added while they are carried out comes behind them.
    var count: Int { items.count - next }

    /// Adds an item, unless it is there. O(1).
    mutating func add(_ item: Item) {
        switch item {
        case .channel(let channel):
            guard !channel.isDue else { return }
            channel.isDue = true
        case .reader(let reader):
            guard !reader.isDue else { return }
            reader.isDue = true
        case .wait(let wait):
            guard !wait.isDue else { return }
            wait.isDue = true
        }
        items.append(item)
    }

    /// Takes the first item; from now on it can be added again. Amortised O(1).
    mutating func take() -> Item? {
        guard next < items.count else { return nil }
        let item = items[next]
        next += 1
        if next == items.count {
            items.removeAll(keepingCapacity: items.capacity < 4096)
            next = 0
        } else if next >= 1024, next * 2 >= items.count {
            items.removeFirst(next)
            next = 0
        }
        switch item {
        case .channel(let channel): channel.isDue = false
        case .reader(let reader): reader.isDue = false
        case .wait(let wait): wait.isDue = false
        }
        return item
    }
}
