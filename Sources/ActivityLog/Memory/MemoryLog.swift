/// The state of a memory log: a pure value without lock or clock; `now` is an argument.
///
/// Events lie in aligned segments of 256 ids (``EventSegment``), oldest first, so the place of an id is
/// `((id - 1) >> 8) - (segments[0]'s run)` whatever was evicted before it.
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
    private var segments: [EventSegment] = []

    init(epoch: LogEpoch, bounds: LogBounds) {
        self.epoch = epoch
        self.bounds = bounds
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
        for index in 0..<batch.count {
            if segments.last?.isFull ?? true { startSegment() }
            byteCount += segments[segments.count - 1].append(
                id: latest + 1, timestamp: timestamp, steady: lastSteady,
                kind: batch.kind(at: index), payload: batch.payload(at: index))
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
    }

    // MARK: Eviction

    /// Drops, oldest first, what is beyond a bound. O(1) when nothing is, O(1) for each event evicted.
    mutating func evict(now: Int64) {
        let horizon = now - Int64(bounds.ttlSeconds) * 1_000_000
        while oldest <= latest {
            let position = (oldest - 1) % EventSegment.span
            let isExcess = count > bounds.maxEntries || (byteCount > bounds.maxBytes && count > 1)
            guard isExcess || segments[0].steady(at: position) <= horizon else { return }
            byteCount -= segments[0].byteCount(at: position)
            oldest += 1
            if oldest > latest {
                segments = []
            } else if position == EventSegment.span - 1 {
                segments.removeFirst()
            }
        }
    }

    /// Drops everything; ids and epoch go on.
    mutating func clear() {
        oldest = latest + 1
        byteCount = 0
        segments = []
    }

    // MARK: Lookup

    /// The resident events with ids from `first` to `last`, as slices of whole or partial segments. O(segments touched).
    func slices(from first: Int, through last: Int) -> EventSlices {
        var slices = EventSlices()
        guard first <= last else { return slices }
        let runs = run(of: first)...run(of: last)
        slices.reserve(runs.count)
        for current in runs {
            let start = current * EventSegment.span
            slices.append(
                segments[current - run(of: oldest)].slice(
                    from: max(first - 1 - start, 0), through: min(last - 1 - start, EventSegment.span - 1)))
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
        segments[run(of: id) - run(of: oldest)].steady(at: (id - 1) % EventSegment.span)
    }

    private func run(of id: Int) -> Int { (id - 1) / EventSegment.span }
}
