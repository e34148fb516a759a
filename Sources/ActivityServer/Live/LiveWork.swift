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
