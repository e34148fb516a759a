import TestSupport
import Testing

@testable import ActivityServer

/// Bodies with a `Content-Encoding`, on both routes that take one.
@Suite struct CompressedBodyTests {
    let routes = RouteFixture()
    private let event = Array(#"{"workspace_id":"a","kind":"k","payload":{"n":1}}"#.utf8)
    private let feed = Array(#"{"queries":[{"workspace_id":"a"}]}"#.utf8)

    private func post(
        _ target: String, _ body: [UInt8], coding: String = "gzip", type: String = "application/json",
        to routes: RouteFixture? = nil
    ) -> TestReply {
        (routes ?? self.routes).send(
            "POST", target, headers: ["Content-Type": type, "Content-Encoding": coding], bytes: body)
    }

    @Test(arguments: ["gzip", "GZip", "x-gzip", "X-GZIP", " gzip ,", "identity, gzip", "gzip\nidentity", ",\nGZIP\n"])
    func gzipIsTakenHoweverItIsSpelt(coding: String) {
        #expect(post("/events", gzipped(event), coding: coding).status == 201)
        #expect(routes.read("a").ids == [1])
        let pages = post("/activity/query", gzipped(feed), coding: coding)
        #expect(pages.status == 200)
        #expect(pages.body.contains(#""events":[{"id":1,"#))
    }

    @Test(arguments: ["", "identity", "Identity", "identity,\nIDENTITY"])
    func aBodyThatIsNotCompressedMaySaySo(coding: String) {
        #expect(post("/events", event, coding: coding).status == 201)
        #expect(post("/activity/query", feed, coding: coding).status == 200)
    }

    @Test(arguments: ["br", "deflate", "gzip, zstd", "br\ngzip", "identity\nbr", "gzip2", "gzip;q=1"])
    func anotherCodingIsRefusedBeforeTheBodyIsRead(coding: String) {
        for reply in [post("/events", event, coding: coding), post("/activity/query", feed, coding: coding)] {
            #expect(reply.status == 415)
            #expect(reply.body.contains("send the body with gzip, x-gzip or identity"))
        }
        #expect(routes.logs.workspaceCount == 0)
    }

    @Test(arguments: ["gzip, gzip", "gzip\nx-gzip"])
    func aBodyThatIsCompressedTwiceIsRefused(coding: String) {
        #expect(post("/events", gzipped(gzipped(event)), coding: coding).status == 415)
    }

    @Test func linesMayComeInSeveralMembers() {
        let line = event + [0x0A]
        let body = gzipped(line) + gzipped(Array(event.prefix(20))) + gzipped(Array(line.dropFirst(20)))
        let reply = post("/events", body, type: "application/x-ndjson")
        #expect(reply.status == 201)
        #expect(routes.read("a").ids == [1, 2])
    }

    @Test func whatComesOutIsBoundByTheLimitOnBodies() {
        let small = RouteFixture(limits: ActivityServerLimits(maxBodyBytes: event.count))
        #expect(post("/events", gzipped(event), to: small).status == 201)
        for body in [gzipped(event + [0x20]), gzipped([UInt8](repeating: 0x20, count: 64 << 20))] {
            for target in ["/events", "/activity/query"] {
                let reply = post(target, body, to: small)
                #expect(reply.status == 413)
                #expect(reply.body.contains(#""code":"body-too-large""#))
                #expect(reply.body.contains("max_body_bytes (\(event.count)) when it is decompressed"))
            }
        }
        #expect(small.read("a").ids == [1])
    }

    @Test func aDamagedBodyIsRefusedAndAppendsNothing() {
        let whole = gzipped(event)
        var flipped = whole
        flipped[whole.count - 5] ^= 1
        for (body, text) in [
            (Array(whole.dropLast()), "ends before its end"), ([], "ends before its end"),
            (flipped, "incorrect data check"), (event, "incorrect header check"),
            (whole + [0], "something else follows"),
        ] {
            for target in ["/events", "/activity/query"] {
                let reply = post(target, body)
                #expect(reply.status == 400)
                #expect(reply.body.contains(#""code":"invalid-gzip""#))
                #expect(reply.body.contains(text), "\(reply.body)")
            }
        }
        #expect(routes.logs.workspaceCount == 0)
        #expect(post("/events", whole).status == 201)
    }

    @Test func anErrorOfTheEventsIsPlacedInWhatCameOut() {
        let reply = post("/events", gzipped(Array(#"{"workspace_id":"a","kind":""}"#.utf8)))
        #expect(reply.status == 400)
        #expect(reply.body.contains("empty kind at byte 27"))
    }
}
