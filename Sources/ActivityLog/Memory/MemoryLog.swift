/// The state of a memory log: a pure value without lock or clock; `now` is an argument.
///
/// Events lie in aligned segments of 256 ids, oldest first, so the place of an id is its run, `(id - 1) / 256`, less the
/// run of the oldest resident id, whatever was evicted before it. The newest segments hold the wire form, ready to be
/// sent (``EventSegment``); those before the newest ``wireWindow`` bytes are sealed into less than half the memory
/// (``SealedSegment``) and expanded again for the readers that go back that far.
struct MemoryLog {
    /// One reading of both clocks, in microseconds.
    struct Now: BitwiseCopyable {
        var wall: Int64
        var steady: Int64
    }

    let epoch: LogEpoch
    let bounds: LogBounds
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
    /// The older runs, dense.
    private var sealed: [SealedSegment] = []
    /// The newer runs, in wire form; the last one takes appends.
    private var segments: [EventSegment] = []
    /// Bytes in ``segments``.
    private var wireBytes = 0
    /// What eviction needs to know of the oldest segment when that is sealed: decoded once, not for each event.
    private var frontIndex: [(steady: Int64, byteCount: Int)] = []
    private let wireWindow: Int

    /// Bytes of the newest events that stay in wire form: a page of 10 000 events of usual size is within them.
    static let defaultWireWindow = 2 << 20

    init(epoch: LogEpoch, bounds: LogBounds, wireWindow: Int = defaultWireWindow) {
        self.epoch = epoch
        self.bounds = bounds
        self.wireWindow = wireWindow
    }

    /// Events resident.
    var count: Int { latest - oldest + 1 }

    var version: LogVersion { LogVersion(epoch: epoch, latest: latest, oldest: oldest) }

    // MARK: Append

    /// Appends a batch under one time stamp and evicts what is then too old or too much. O(bytes of the batch), plus
    /// O(1) for each event evicted.
    mutating func append(_ batch: borrowing EventBatch, now: Now) -> AppendReceipt {
        let wall = max(now.wall, lastTimestamp ?? 0)
        lastTimestamp = wall
        lastSteady = max(now.steady, lastSteady)
        let timestamp = EventTimestamp(micros: wall)
        let firstID = latest + 1
        if oldest > latest { oldestSteady = lastSteady }
        for index in 0..<batch.count {
            if segments.last?.isFull ?? true { startSegment() }
            let added = segments[segments.count - 1].append(
                id: latest + 1, timestamp: timestamp, steady: lastSteady,
                kind: batch.kind(at: index), payload: batch.payload(at: index))
            byteCount += added
            wireBytes += added
            latest += 1
        }
        evict(now: now.steady)
        return AppendReceipt(epoch: epoch, firstID: firstID, count: batch.count, timestamp: wall)
    }

    private mutating func startSegment() {
        // A log that filled its last segment will likely fill the next one alike: take that size at once. The first
        // segment starts small, so that a workspace with a few events costs a few hundred bytes.
        let hint = segments.last.map { $0.footprint + $0.footprint / 16 } ?? 0
        segments.append(EventSegment(firstPosition: latest % EventSegment.span, capacity: hint))
        while wireBytes > wireWindow, segments.count > 1 { seal() }
    }

    /// Makes the oldest segment in wire form dense. Readers keep the block that they hold.
    private mutating func seal() {
        let segment = segments.removeFirst()
        wireBytes -= segment.used - segment.count
        let run = run(of: oldest) + sealed.count
        sealed.append(SealedSegment(segment, firstID: run * EventSegment.span + segment.firstPosition + 1))
    }

    // MARK: Eviction

    /// Drops, oldest first, what is beyond a bound. O(1) when nothing is, O(1) for each event evicted.
    mutating func evict(now: Int64) {
        let horizon = now - Int64(bounds.ttlSeconds) * 1_000_000
        guard oldestSteady <= horizon || isBeyondBounds else { return }
        while oldest <= latest {
            let position = (oldest - 1) % EventSegment.span
            let event = oldestEvent(at: position)
            oldestSteady = event.steady
            guard isBeyondBounds || event.steady <= horizon else { return trimOldestSegment(before: position) }
            byteCount -= event.byteCount
            oldest += 1
            if oldest > latest {
                clear()
            } else if position == EventSegment.span - 1 {
                dropOldestSegment()
            }
        }
    }

    private var isBeyondBounds: Bool {
        count > bounds.maxEntries || (byteCount > bounds.maxBytes && count > 1)
    }

    /// Evicted events of the oldest segment keep their memory until they outweigh what is left of it. Without this, a
    /// log of few large events would hold up to 256 of them, whatever its bounds say. Amortised O(1): what is copied is
    /// less than what was evicted.
    private mutating func trimOldestSegment(before position: Int) {
        guard sealed.isEmpty else { return }
        let dead = segments[0].offset(of: position)
        guard dead > max(Self.mostDeadBytes, segments[0].used - dead) else { return }
        wireBytes -= dead - (position - segments[0].firstPosition)
        segments[0].dropFirst(before: position)
    }

    /// Bytes of evicted events that are not worth a copy.
    private static let mostDeadBytes = 4 << 10

    private mutating func oldestEvent(at position: Int) -> (steady: Int64, byteCount: Int) {
        guard let front = sealed.first else {
            return (segments[0].steady(at: position), segments[0].byteCount(at: position))
        }
        if frontIndex.isEmpty { frontIndex = front.index() }
        return frontIndex[position - front.firstPosition]
    }

    private mutating func dropOldestSegment() {
        if sealed.isEmpty {
            let segment = segments.removeFirst()
            wireBytes -= segment.used - segment.count
        } else {
            sealed.removeFirst()
            frontIndex = []
        }
    }

    /// Drops everything; ids and epoch go on.
    mutating func clear() {
        oldest = latest + 1
        oldestSteady = .max
        byteCount = 0
        wireBytes = 0
        segments = []
        sealed = []
        frontIndex = []
    }

    // MARK: Lookup

    /// The resident events with ids from `first` to `last`, as whole or partial segments. O(segments touched).
    func slices(from first: Int, through last: Int) -> EventSlices {
        var slices = EventSlices()
        guard first <= last else { return slices }
        let runs = run(of: first)...run(of: last)
        slices.reserve(runs.count)
        for current in runs {
            let start = current * EventSegment.span
            let from = max(first - 1 - start, 0)
            let through = min(last - 1 - start, EventSegment.span - 1)
            let place = current - run(of: oldest)
            if place < sealed.count {
                slices.append(.sealed(sealed[place], first: from, last: through))
            } else {
                slices.append(segments[place - sealed.count].slice(from: from, through: through))
            }
        }
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

    private func steady(of id: Int) -> Int64 {
        let place = run(of: id) - run(of: oldest)
        let position = (id - 1) % EventSegment.span
        return place < sealed.count
            ? sealed[place].steady(at: position) : segments[place - sealed.count].steady(at: position)
    }

    private func run(of id: Int) -> Int { (id - 1) / EventSegment.span }
}
