import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Pages that are read, or go out, piece by piece.
@Suite struct LargePageTests {
    /// Appends `count` events in batches; each thousandth, and the last, is of kind `rare`.
    private func fill(_ routes: RouteFixture, _ count: Int, payload: String = "{}") {
        for start in stride(from: 1, through: count, by: 1000) {
            let lines = (start...min(start + 999, count)).map { id in
                let kind = id % 1000 == 0 || id == count ? "rare" : "k"
                return #"{"workspace_id":"w","kind":"\#(kind)","payload":\#(payload)}"#
            }
            let type = ["Content-Type": "application/x-ndjson", "Prefer": "return=minimal"]
            #expect(routes.post(lines.joined(separator: "\n"), headers: type).status == 201)
        }
    }

    private func routes(_ answers: TestAnswers? = nil) -> RouteFixture {
        let bounds = LogBounds(maxEntries: 100_000)
        return RouteFixture(
            policies: LogPolicies(fallback: LogPolicy(bounds: bounds)),
            limits: ActivityServerLimits(maxPageEvents: 100_000), deferred: answers)
    }

    @Test(arguments: [false, true])
    func aFilterThatLooksAtManyEventsGivesTheSamePageInPieces(isLater: Bool) throws {
        let routes = routes(isLater ? TestAnswers() : nil)
        fill(routes, 40_500)
        let rare = Array(stride(from: 1000, through: 40_000, by: 1000)) + [40_500]
        let all = routes.read("w", "kind=rare")
        #expect(all.ids == rare)
        #expect(all["Activity-More"] == nil)
        #expect(all["Activity-Next"]?.hasSuffix("-40500") == true)
        #expect(routes.read("w", "kind=rare&order=desc").ids == rare.reversed())
        let some = routes.read("w", "kind=rare&limit=30&since=500")
        #expect(some.ids == Array(rare.prefix(30)))
        #expect(some["Activity-More"] == "1")
        let newest = routes.read("w", "kind=rare&limit=30&order=desc")
        #expect(newest.ids == Array(rare.suffix(30).reversed()))
        #expect(newest["Activity-More"] == "1")
        #expect(routes.read("w", "kind=none").body == "[]")
        let tag = try #require(all["ETag"])
        #expect(routes.read("w", "kind=rare", headers: ["If-None-Match": tag]).status == 304)
        #expect(routes.read("w", "kind=none&limit=0")["Activity-Latest"] == "40500")
    }

    @Test func aPageInPiecesLeadsToTheRest() throws {
        let routes = routes()
        fill(routes, 40_500)
        var seen: [Int] = []
        var since = "0"
        while true {
            let reply = routes.read("w", "kind=rare&limit=7&since=\(since)")
            seen += reply.ids
            guard reply["Activity-More"] != nil else { break }
            since = try #require(reply["Activity-Next"])
        }
        #expect(seen == Array(stride(from: 1000, through: 40_000, by: 1000)) + [40_500])
    }

    @Test(arguments: [
        TestAnswers.Fate.laterFailing(.unavailable(reason: "the disk is full")),
        .throwing(.unavailable(reason: "the disk is full")),
    ])
    func aStoreThatFailsBetweenPiecesFailsTheRead(fate: TestAnswers.Fate) throws {
        let answers = TestAnswers(.now)
        let routes = routes(answers)
        fill(routes, 20_000)
        routes.betweenPieces = { answers.fate = fate }
        let reply = routes.read("w", "kind=rare")
        #expect(reply.status == 503)
        #expect(reply.body.contains("the disk is full"))
    }

    /// Larger than what is copied and than what goes out from the log's memory, with and without sealed runs.
    @Test(arguments: [(3000, 100), (9000, 300), (40_000, 60)])
    func aPageIsTheSameHoweverItGoesOut(count: Int, bytes: Int) throws {
        let routes = routes()
        fill(routes, count, payload: "{\"t\":\"\(String(repeating: "x", count: bytes))\"}")
        let page = routes.read("w")
        #expect(page.ids == Array(1...count))
        let rows = try #require(JSONSerialization.jsonObject(with: Data(page.body.utf8)) as? [[String: Any]])
        #expect(rows.count == count)
        let backwards = routes.read("w", "order=desc")
        #expect(backwards.ids == page.ids.reversed())
        #expect(backwards.body.utf8.count == page.body.utf8.count)
        let lines = routes.read("w", headers: ["Accept": "application/x-ndjson"])
        #expect(lines.body.utf8.count == page.body.utf8.count - 1)
        #expect("[" + lines.body.dropLast().replacing("\n", with: ",") + "]" == page.body)
        let middle = routes.read("w", "since=\(count / 3)&limit=\(count / 3)")
        #expect(middle.ids == Array((count / 3 + 1)...(count / 3 * 2)))
    }

    @Test(arguments: [1, 7, 1000, 65_536])
    func aSourceFillsWhateverRoomThereIs(room: Int) throws {
        let routes = routes()
        fill(routes, 1000)
        let log = StoreLog(routes.logs, "w")
        for (container, newestFirst) in [(EventShape.Container.array, false), (.array, true), (.lines, false)] {
            let slices = try log.page(EventQuery(after: .id(300), newestFirst: newestFirst)).slices
            let source = PageBody(slices, as: container, newestFirst: newestFirst)
            var bytes: [UInt8] = []
            while bytes.count < source.count {
                let before = bytes.count
                bytes += [UInt8](capacity: min(room, source.count - bytes.count)) { output in
                    let isFilled = source.fill(&output)
                    #expect(isFilled)
                }
                try #require(bytes.count > before)
            }
            let whole = routes.read(
                "w", "since=300" + (newestFirst ? "&order=desc" : ""),
                headers: container == .lines ? ["Accept": "application/x-ndjson"] : [:])
            #expect(String(decoding: bytes, as: UTF8.self) == whole.body)
        }
    }
}
