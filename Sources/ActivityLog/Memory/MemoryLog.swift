internal import ByteBuffers

/// The state of a memory log: a pure value without lock or clock; `now` is an argument.
///
/// Events lie in segments of up to 256 ids and 64 KiB, oldest first, without gaps. The newest ones hold the wire form, ready
/// to be sent (``EventSegment``); those before the newest ``wireWindow`` bytes are sealed into less than half the memory
/// (``SealedSegment``) and expanded again for the readers that go back that far.
struct MemoryLog {
    /// One reading of both clocks, in microseconds.
    struct Now: BitwiseCopyable {
        var wall: Int64
        var steady: Int64
    }

    /// A segment that takes no more events. One of the two is there; plain members, since pages are made of many of them and
    /// an enum would be copied to be looked at.
    struct Closed {
        let firstID: Int
        let count: Int
        /// In wire form.
        var wire: EventSegment?
        /// Dense.
        var sealed: SealedSegment?

        init(_ segment: EventSegment) {
            firstID = segment.firstID
            count = segment.count
            wire = segment
        }

        var residentBytes: Int { wire?.block.capacity ?? sealed?.residentBytes ?? 0 }
    }

    private(set) var epoch: LogEpoch
    private(set) var bounds: LogBounds
    /// Id of the newest event ever appended; 0 when there was none.
    private(set) var latest = 0
    /// Id of the oldest resident event; `latest + 1` when none is resident.
    private(set) var oldest = 1
    /// Bytes of the resident events in their wire form.
    private(set) var byteCount = 0
    /// Time stamp of the last append; nil before the first.
    private(set) var lastTimestamp: Int64?
    /// Steady time of the last append: slots are searched by it, so it must not decrease.
    private var lastSteady = Int64.min
    /// Steady time of the oldest resident event; beyond every time when there is none. Kept, so that a query with nothing
    /// to evict touches no event: among many workspaces that is one that is in no cache.
    private var oldestSteady = Int64.max
    /// The older segments, of which the first ``considered`` have been sealed or are not worth it.
    private var closed: [Closed] = []
    /// The segment that takes appends; nil in a log that has none.
    private var open: EventSegment?
    /// How many of ``closed`` are beyond the wire window.
    private var considered = 0
    /// Bytes in wire form that are within the window: those of ``open`` and of ``closed`` from ``considered`` on.
    private var windowBytes = 0
    /// What eviction needs to know of the oldest segment when that is sealed: decoded once, not for each event.
    private var frontIndex: [(steady: Int64, byteCount: Int)] = []
    /// Id of the first event that the oldest segment stores, evicted or not, and the id after its last one; that is beyond
    /// every id while the oldest segment is ``open``.
    private var frontFirst = 1
    private var frontEnd = Int.max
    /// The oldest segment's block when that is closed and in wire form: what eviction reads, without a look at the list.
    private var frontBlock: EventBlock?
    private let memory: EventMemory
    private let wireWindow: Int
    /// Bytes that a segment's block may grow to.
    private let mostBlockBytes: Int

    /// Most bytes of the newest events that stay in wire form: a page of 10 000 events of usual size is within them.
    static let defaultWireWindow = 2 << 20

    /// Makes an empty log. A smaller bound on bytes makes for a smaller window, so that sealing keeps the log near it.
    init(epoch: LogEpoch, bounds: LogBounds, memory: EventMemory, wireWindow: Int = defaultWireWindow) {
        self.epoch = epoch
        self.bounds = bounds
        self.memory = memory
        self.wireWindow = min(wireWindow, max(bounds.maxBytes / 8, 16 << 10))
        mostBlockBytes = min(EventSegment.mostBlockBytes, max(bounds.maxBytes / 16, 4 << 10))
    }

    /// Events resident.
    var count: Int { latest - oldest + 1 }

    var version: LogVersion { LogVersion(epoch: epoch, latest: latest, oldest: oldest) }

    /// Bytes that the log keeps blocks for.
    var residentBytes: Int {
        closed.reduce(open?.block.capacity ?? 0) { $0 + $1.residentBytes }
    }

    // MARK: Append

    /// How far back the wall clock may step without the time stamps following it, in microseconds: what is less is a
    /// correction, what is more was a mistake that time stamps must not keep for ever.
    static let mostHeldBack: Int64 = 60_000_000

    /// The time stamp of an append at `wall`.
    private func timestamp(at wall: Int64) -> Int64 {
        let last = lastTimestamp ?? 0
        return wall < last - Self.mostHeldBack ? wall : max(wall, last)
    }

    /// Gives out ids for a batch that there is no memory for, as if it had been appended and evicted at once, with
    /// everything before it.
    mutating func appendEvicted(count: Int, now: Now) -> AppendReceipt {
        let wall = timestamp(at: now.wall)
        lastTimestamp = wall
        lastSteady = max(now.steady, lastSteady)
        latest += count
        clear()
        return AppendReceipt(epoch: epoch, firstID: latest - count + 1, count: count, timestamp: wall)
    }

    /// Appends a batch under one time stamp and evicts what is then too old or too much. Nil, and nothing has changed, when
    /// there is no memory for it. O(bytes of the batch), plus O(1) for each event evicted.
    mutating func append(_ batch: borrowing EventBatch, now: Now) -> AppendReceipt? {
        let wall = timestamp(at: now.wall)
        let steady = max(now.steady, lastSteady)
        guard store(batch, timestamp: EventTimestamp(micros: wall), steady: steady) else { return nil }
        lastTimestamp = wall
        lastSteady = steady
        if windowBytes > wireWindow { seal() }
        evict(now: now.steady)
        return AppendReceipt(epoch: epoch, firstID: latest - batch.count + 1, count: batch.count, timestamp: wall)
    }

    /// Stores the whole batch, or nothing of it.
    private mutating func store(_ batch: borrowing EventBatch, timestamp: EventTimestamp, steady: Int64) -> Bool {
        if batch.count == 1 {
            return store(timestamp: timestamp, steady: steady, kind: batch.kind(at: 0), payload: batch.payload(at: 0))
        }
        let before = Mark(self)
        for index in 0..<batch.count {
            let isStored = store(
                timestamp: timestamp, steady: steady, kind: batch.kind(at: index), payload: batch.payload(at: index))
            guard isStored else {
                goBack(to: before)
                return false
            }
        }
        return true
    }

    @inline(__always)
    private mutating func store(
        timestamp: EventTimestamp, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>
    ) -> Bool {
        if let added = open?.appendFitting(
            id: latest + 1, timestamp: timestamp, steady: steady, kind: kind, payload: payload)
        {
            note(added, steady: steady)
            return true
        }
        return storeBeyond(timestamp: timestamp, steady: steady, kind: kind, payload: payload)
    }

    /// Stores an event for which the open segment has to grow, or another one to be opened.
    @inline(never)
    private mutating func storeBeyond(
        timestamp: EventTimestamp, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>
    ) -> Bool {
        while true {
            switch open?.append(
                id: latest + 1, timestamp: timestamp, steady: steady, kind: kind, payload: payload, memory: memory,
                mostBytes: mostBlockBytes)
            {
            case .appended(let added)?:
                note(added, steady: steady)
                return true
            case .outOfMemory?: return false
            case .full?, nil:
                guard startSegment(for: EventSegment.mostBytes(kind: kind, payload: payload)) else { return false }
            }
        }
    }

    /// Counts an event that was stored.
    @inline(__always)
    private mutating func note(_ added: Int, steady: Int64) {
        if oldest > latest { oldestSteady = steady }
        byteCount += added
        windowBytes += added
        latest += 1
    }

    /// Closes the open segment and opens the next.
    private mutating func startSegment(for eventBytes: Int) -> Bool {
        // A log that filled its last segment will likely fill the next one alike: take that size at once. The first
        // segment starts small, so that a workspace with a few events costs a few hundred bytes.
        let hint = open.map { min($0.footprint + $0.footprint / 16, mostBlockBytes) } ?? 0
        guard let next = EventSegment(firstID: latest + 1, capacity: max(hint, eventBytes), memory: memory) else {
            return false
        }
        if let full = open {
            if closed.isEmpty {
                frontEnd = full.firstID + full.count
                frontBlock = full.block
            }
            closed.append(Closed(full))
        } else {
            frontFirst = next.firstID
        }
        open = next
        return true
    }

    /// Where a batch began, to go back there when there is no memory for all of it.
    private struct Mark {
        let open: EventSegment?
        let closedCount: Int
        let windowBytes: Int
        let byteCount: Int
        let latest: Int
        let oldestSteady: Int64

        init(_ log: borrowing MemoryLog) {
            open = log.open
            closedCount = log.closed.count
            windowBytes = log.windowBytes
            byteCount = log.byteCount
            latest = log.latest
            oldestSteady = log.oldestSteady
        }
    }

    private mutating func goBack(to mark: Mark) {
        open = mark.open
        closed.removeLast(closed.count - mark.closedCount)
        if closed.isEmpty { (frontEnd, frontBlock) = (.max, nil) }
        windowBytes = mark.windowBytes
        byteCount = mark.byteCount
        latest = mark.latest
        oldestSteady = mark.oldestSteady
    }

    /// Makes the oldest segments dense until what is left in wire form is within the window. Readers keep the blocks that
    /// they hold.
    private mutating func seal() {
        while windowBytes > wireWindow, considered < closed.count {
            guard let segment = closed[considered].wire else { return }
            windowBytes -= segment.byteCount
            if let dense = SealedSegment(segment, memory: memory) {
                closed[considered].wire = nil
                closed[considered].sealed = dense
                if considered == 0 { frontBlock = nil }
            }
            considered += 1
        }
    }

    // MARK: Adoption

    /// Takes over the life of an empty log that was kept elsewhere: its epoch, its id counter, and the time stamp that no
    /// later one falls below.
    mutating func restore(epoch: LogEpoch, latest: Int, lastTimestamp: Int64?) {
        precondition(count == 0 && latest >= self.latest)
        self.epoch = epoch
        self.latest = latest
        self.lastTimestamp = lastTimestamp
        oldest = latest + 1
    }

    /// Stores an event that has its id and its times already: `id` follows the newest one, or is any in a log without
    /// events. `steady` must not decrease. False when there is no memory for it. Nothing is evicted before the next append
    /// or query.
    mutating func adopt(id: Int, wall: Int64, steady: Int64, kind: Span<UInt8>, payload: Span<UInt8>) -> Bool {
        precondition(id > 0 && (count == 0 || id == latest + 1))
        let previous = (latest, oldest)
        if count == 0 {
            clear()
            (latest, oldest) = (id - 1, id)
        }
        let steady = max(steady, lastSteady)
        guard store(timestamp: EventTimestamp(micros: wall), steady: steady, kind: kind, payload: payload) else {
            if count == 0 { (latest, oldest) = previous }
            return false
        }
        lastTimestamp = max(wall, lastTimestamp ?? 0)
        lastSteady = steady
        seal()
        return true
    }

    /// Follows other bounds from the next operation on.
    mutating func follow(_ bounds: LogBounds) { self.bounds = bounds }

    // MARK: Eviction

    /// Drops, oldest first, what is beyond a bound. O(1) when nothing is, O(1) for each event evicted.
    mutating func evict(now: Int64) {
        let horizon = now - Int64(bounds.ttlSeconds) * 1_000_000
        guard oldestSteady <= horizon || isBeyondBounds else { return }
        while oldest <= latest {
            let index = oldest - frontFirst
            let event = oldestEvent(at: index)
            oldestSteady = event.steady
            guard isBeyondBounds || event.steady <= horizon else {
                if event.offset > Self.mostDeadBytes { trimOldestSegment(before: index) }
                return
            }
            byteCount -= event.byteCount
            oldest += 1
            if oldest > latest {
                clear()
            } else if oldest == frontEnd {
                dropOldestSegment()
            }
        }
    }

    private var isBeyondBounds: Bool {
        count > bounds.maxEntries || (byteCount > bounds.maxBytes && count > 1)
    }

    /// Gives up the oldest events, whole segments at a time, until `bytes` are free or nothing is left; returns how many are.
    mutating func giveUpOldest(bytes: Int) -> Int {
        var freed = 0
        while freed < bytes, count > 0 {
            guard let front = closed.first else {
                freed += open?.block.capacity ?? 0
                clear()
                return freed
            }
            let first = oldest - frontFirst
            freed += front.residentBytes
            if let segment = front.wire {
                for index in first..<segment.count { byteCount -= segment.byteCount(at: index) }
            } else if let segment = front.sealed {
                for entry in segment.index()[first...] { byteCount -= entry.byteCount }
            }
            oldest = frontEnd
            dropOldestSegment()
            if count > 0 { oldestSteady = oldestEvent(at: 0).steady }
        }
        return freed
    }

    /// Evicted events of the oldest segment keep their memory until they outweigh what is left of it. Without this, a
    /// log of few large events would hold a block of them, whatever its bounds say. Amortised O(1): what is copied is
    /// less than what was evicted.
    private mutating func trimOldestSegment(before index: Int) {
        guard index > 0 else { return }
        var front: EventSegment
        if let segment = closed.first?.wire {
            front = segment
        } else if closed.isEmpty, let open {
            front = open
        } else {
            return
        }
        let dead = front.offset(of: index)
        guard dead > max(Self.mostDeadBytes, front.used - dead) else { return }
        let before = front.byteCount
        front.dropFirst(index, memory: memory)
        if considered == 0 { windowBytes -= before - front.byteCount }
        frontFirst = front.firstID
        if closed.isEmpty { open = front } else { closed[0] = Closed(front) }
        lookAtFront()
    }

    /// Bytes of evicted events that are not worth a copy.
    private static let mostDeadBytes = 4 << 10

    /// When the oldest event was appended, the bytes of its wire form, and in a segment in wire form the bytes before it.
    @inline(__always)
    private mutating func oldestEvent(at index: Int) -> (steady: Int64, byteCount: Int, offset: Int) {
        guard let block = frontEnd == .max ? open?.block : frontBlock else {
            let event = oldestSealedEvent(at: index)
            return (event.steady, event.byteCount, 0)
        }
        let slot = block.slot(index)
        let offset = index == 0 ? 0 : Int(block.slot(index - 1).end)
        return (slot.steady, Int(slot.end) - offset - 1, offset)
    }

    private mutating func oldestSealedEvent(at index: Int) -> (steady: Int64, byteCount: Int) {
        if frontIndex.isEmpty, let segment = closed.first?.sealed { frontIndex = segment.index() }
        return frontIndex[index]
    }

    private mutating func dropOldestSegment() {
        let segment = closed.removeFirst()
        if considered > 0 {
            considered -= 1
        } else if let segment = segment.wire {
            windowBytes -= segment.byteCount
        }
        frontIndex = []
        frontFirst = oldest
        lookAtFront()
    }

    /// Notes what eviction needs to know of the oldest segment.
    private mutating func lookAtFront() {
        guard let front = closed.first else {
            (frontEnd, frontBlock) = (.max, nil)
            return
        }
        (frontEnd, frontBlock) = (front.firstID + front.count, front.wire?.block)
    }

    /// Drops everything; ids and epoch go on.
    mutating func clear() {
        oldest = latest + 1
        oldestSteady = .max
        byteCount = 0
        windowBytes = 0
        considered = 0
        closed = []
        open = nil
        frontIndex = []
        frontFirst = oldest
        frontEnd = .max
        frontBlock = nil
    }
}

// MARK: Lookup

extension MemoryLog {
    /// The resident events with ids from `first` to `last`, as whole or partial segments. O(segments touched).
    func slices(from first: Int, through last: Int) -> EventSlices {
        var slices = EventSlices()
        guard first <= last else { return slices }
        if let open, first >= open.firstID {
            slices.append(open.slice((first - open.firstID)..<(last - open.firstID + 1)))
            return slices
        }
        var place = place(of: first)
        slices.reserve(closed.count - place + 1)
        var next = first
        while place < closed.count, next <= last {
            let first = closed[place].firstID
            let range = (next - first)..<min(last - first + 1, closed[place].count)
            if let block = closed[place].wire?.block {
                slices.append(EventSlice(block: block, firstIndex: range.lowerBound, count: range.count))
            } else if let segment = closed[place].sealed {
                slices.append(.sealed(segment, range))
            }
            next = first + range.upperBound
            place += 1
        }
        if next <= last, let open { slices.append(open.slice(0..<(last - open.firstID + 1))) }
        return slices
    }

    /// The first resident id that was appended at `steady` or later; `latest + 1` when there is none. O(log events).
    func firstID(appendedSince steady: Int64) -> Int {
        var low = oldest
        var high = latest + 1
        while low < high {
            let middle = low + (high - low) / 2
            if self.steady(of: middle) < steady { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The ends of as many of the events from `first` to `last` as have at most `most` bytes with their commas, counted from
    /// the first or, with `backwards`, from the last one; that one is among them in any case. O(segments touched).
    func bounded(_ first: Int, _ last: Int, toBytes most: Int, backwards: Bool) -> (first: Int, last: Int) {
        guard first < last, byteCount + count > most else { return (first, last) }
        let slices = slices(from: first, through: last)
        let events = max(slices.eventsWithin(most, backwards: backwards), 1)
        return backwards ? (last - events + 1, last) : (first, first + events - 1)
    }

    private func steady(of id: Int) -> Int64 {
        if let open, id >= open.firstID { return open.steady(at: id - open.firstID) }
        let segment = closed[place(of: id)]
        let index = id - segment.firstID
        return segment.wire?.steady(at: index) ?? segment.sealed?.steady(at: index) ?? .max
    }

    /// The place in ``closed`` of the segment of an id, which is in one of them. Segments of like events have like counts, so
    /// the first guess is right or nearly so; O(log segments) at worst.
    private func place(of id: Int) -> Int {
        var low = 0
        var high = closed.count - 1
        var guess = min(high, (id - frontFirst) * closed.count / max((open?.firstID ?? latest + 1) - frontFirst, 1))
        while true {
            let (first, count) = (closed[guess].firstID, closed[guess].count)
            if id < first {
                high = guess - 1
            } else if id >= first + count {
                low = guess + 1
            } else {
                return guess
            }
            // Near the guess first, then by halves.
            let near = id < first ? guess - 1 : guess + 1
            guess = high - low > 8 ? (low + high) / 2 : min(max(near, low), high)
        }
    }
}
