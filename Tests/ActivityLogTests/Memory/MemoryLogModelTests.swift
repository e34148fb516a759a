import TestSupport
import Testing

@testable import ActivityLog

/// The memory log against a model that is too simple to be wrong, over random operations.
@Suite struct MemoryLogModelTests {
    /// Every event ever appended, and the first id that is still resident.
    struct Model {
        struct Event {
            var text: String
            var kind: String
            var steady: Int64
        }
        var bounds: LogBounds
        var events: [Event] = []
        var oldest = 1

        var latest: Int { events.count }

        mutating func append(_ event: TestEvent, now: MemoryLog.Now) {
            let payload = event.payload.isEmpty ? "{}" : event.payload
            let fraction = String(now.wall % 1_000_000)
            let time = "\(now.wall / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
            let text = #"{"id":\#(latest + 1),"timestamp":\#(time),"kind":"\#(event.kind)","payload":\#(payload)}"#
            events.append(Event(text: text, kind: event.kind, steady: now.steady))
        }

        mutating func evict(now: Int64) {
            while oldest <= latest {
                let resident = events[(oldest - 1)...]
                let bytes = resident.reduce(0) { $0 + $1.text.utf8.count }
                let isOld = resident[oldest - 1].steady <= now - Int64(bounds.ttlSeconds) * 1_000_000
                guard isOld || resident.count > bounds.maxEntries || (bytes > bounds.maxBytes && resident.count > 1)
                else { return }
                oldest += 1
            }
        }

        /// Ids of a page in the order of writing, and whether there is more.
        func page(_ query: EventQuery, now: Int64) -> (ids: [Int], hasMore: Bool) {
            var after = 0
            if case .id(let id) = query.cursor { after = id }
            if after > latest { return ([], false) }
            var ids = Array(oldest..<(latest + 1)).filter { $0 > after && $0 < query.before ?? .max }
            if let age = query.maxAge { ids = ids.filter { events[$0 - 1].steady >= now - age } }
            if let kinds = query.kinds { ids = ids.filter { kinds.matches(Array(events[$0 - 1].kind.utf8).span) } }
            let all = ids.count
            ids = query.readsBackwards ? Array(ids.suffix(query.limit)) : Array(ids.prefix(query.limit))
            return (query.newestFirst ? ids.reversed() : ids, ids.count < all)
        }
    }

    @Test(arguments: 0..<24) func randomOperationsAgreeWithTheModel(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        // From bounds smaller than a segment to logs of several segments that wrap again and again.
        let bounds = LogBounds(
            ttlSeconds: [5, 60, 3600].randomElement(using: &random) ?? 60,
            maxEntries: [1, 7, 255, 256, 257, 700].randomElement(using: &random) ?? 7,
            maxBytes: [300, 20_000, 60_000].randomElement(using: &random) ?? 300)
        var log = MemoryLog(
            epoch: .random(), bounds: bounds, memory: EventMemory(), wireWindow: round % 3 == 0 ? 1 << 20 : 40 * round)
        var model = Model(bounds: bounds)
        var now = MemoryLog.Now(wall: 1_714_217_775_000_000, steady: 5_000_000)
        for step in 0..<400 {
            let context: Comment = "seed \(seed), step \(step), bounds \(bounds)"
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                let events = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    let size = Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...900, using: &random) : 12
                    return TestEvent(
                        ["a", "tool.x", "tool.y", "note"].randomElement(using: &random) ?? "a",
                        Bool.random(using: &random) ? "" : "{\"t\":\"\(String(repeating: "x", count: size))\"}")
                }
                append(events, to: &log, now: now)
                for event in events { model.append(event, now: now) }
                model.evict(now: now.steady)
            case 9..<12:
                let passed = Int64.random(in: 0...4_000_000, using: &random)
                now = MemoryLog.Now(wall: now.wall + passed, steady: now.steady + passed)
            case 12 where Int.random(in: 0...4, using: &random) == 0:
                log.clear()
                model.oldest = model.latest + 1
            default:
                let query = Self.randomQuery(latest: model.latest, using: &random)
                var page = log.query(query, now: now.steady)
                if let kinds = query.kinds {
                    page.filter(by: kinds, limit: query.limit, backwards: query.readsBackwards)
                }
                let isWhole = page.slices.expand()
                #expect(isWhole)
                model.evict(now: now.steady)
                let expected = model.page(query, now: now.steady)
                #expect(page.events == expected.ids.map { model.events[$0 - 1].text }, context)
                #expect(page.count == expected.ids.count, context)
                #expect(page.hasMore == expected.hasMore, context)
                if case .id(let id) = query.cursor, id <= model.latest {
                    #expect(page.missed == max(model.oldest - 1 - id, 0), context)
                }
            }
            #expect(log.latest == model.latest, context)
            #expect(log.oldest == model.oldest, context)
            let resident = model.events[(model.oldest - 1)...].reduce(0) { $0 + $1.text.utf8.count }
            #expect(log.byteCount == resident, context)
        }
    }

    private func append(_ events: [TestEvent], to log: inout MemoryLog, now: MemoryLog.Now) {
        withBatch(of: events) { (batch: borrowing EventBatch) in _ = log.append(batch, now: now) }
    }

    private static func randomQuery(latest: Int, using random: inout SeededGenerator) -> EventQuery {
        var kinds: KindFilter?
        if Int.random(in: 0...2, using: &random) == 0 {
            kinds = KindFilter(Bool.random(using: &random) ? "tool.*" : "note")
        }
        return EventQuery(
            after: Bool.random(using: &random) ? .id(Int.random(in: 0...(latest + 2), using: &random)) : nil,
            before: Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...(latest + 5), using: &random) : nil,
            limit: [0, 1, 5, 100, 300, Int.max].randomElement(using: &random) ?? 5,
            newestFirst: Int.random(in: 0...3, using: &random) == 0, kinds: kinds,
            maxAge: Int.random(in: 0...3, using: &random) == 0 ? Int64.random(in: 0...9_000_000, using: &random) : nil)
    }

    @Test func followingNextFromTheStartReadsEveryMatchOnceWhateverTheLimit() throws {
        // Half of it sealed.
        var log = MemoryLog(epoch: .random(), bounds: LogBounds(), memory: EventMemory(), wireWindow: 30_000)
        let now = MemoryLog.Now(wall: 1, steady: 1)
        let names = (0..<1000).map { $0 % 7 == 0 || $0 % 5 == 1 ? "tool.\($0)" : "note" }
        append(names.map { TestEvent($0) }, to: &log, now: now)
        let filter = KindFilter("tool.*")
        for limit in [1, 2, 3, 10, 256, 1000] {
            var seen: [Int] = []
            var cursor = 0
            while true {
                var page = log.query(EventQuery(after: .id(cursor), limit: limit, kinds: filter), now: 1)
                page.filter(by: filter, limit: limit, backwards: false)
                let isWhole = page.slices.expand()
                #expect(isWhole)
                seen += page.ids
                cursor = page.next
                if !page.hasMore { break }
            }
            #expect(seen == names.indices.filter { names[$0] != "note" }.map { $0 + 1 })
            #expect(cursor == 1000)
        }
    }

    @Test func aSliceOutlivesTheEvictionAndTheGrowthOfItsLog() throws {
        var log = MemoryLog(epoch: .random(), bounds: LogBounds(maxEntries: 3), memory: EventMemory())
        let now = MemoryLog.Now(wall: 1_000_000, steady: 1)
        append([TestEvent("first"), TestEvent("second")], to: &log, now: now)
        let page = log.query(EventQuery(), now: 1)
        for _ in 0..<1000 { append([TestEvent("later")], to: &log, now: now) }
        #expect(
            page.events == [
                #"{"id":1,"timestamp":1.000000,"kind":"first","payload":{}}"#,
                #"{"id":2,"timestamp":1.000000,"kind":"second","payload":{}}"#,
            ])
    }
}
