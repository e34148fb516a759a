import ActivityLog
import Foundation
import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Streams of several workspaces.
@Suite struct MergedStreamTests {
    /// Opens a merged stream and reads its head and its `retry`.
    private func merged(_ live: LiveFixture, _ query: String, headers: String = "") throws -> RawHTTPClient {
        let client = try live.connect()
        try client.send(
            "GET /activity?\(query) HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\(headers)\r\n")
        let head = try client.receive(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 "), "\(head)")
        _ = try client.receive(through: "\n\n")
        return client
    }

    /// Reads rows, each as workspace and id, and returns them with the last token.
    private func rows(_ count: Int, of client: RawHTTPClient) throws -> (rows: [String], token: Substring) {
        var token: Substring = ""
        let rows = try (0..<count).map { _ in
            let event = try client.event()
            token = event[0].dropFirst(4)
            let row = event[1].firstMatch(of: /"workspace_id":"([^"]*)","id":(\d+),/)
            return row.map { "\($0.output.1)\($0.output.2)" } ?? "\(event)"
        }
        return (rows, token)
    }

    @Test func aStreamOfSeveralWorkspacesHasTheEventsOfEach() throws {
        let live = try LiveFixture()
        try live.append(2, to: "b")
        try live.append(1, to: "a")
        let reader = try merged(live, "workspaces=b,a,c")
        #expect(try rows(3, of: reader).rows == ["a1", "b1", "b2"])
        for (workspace, row) in [("c", "c1"), ("a", "a2"), ("b", "b3"), ("c", "c2")] {
            try live.append(to: workspace)
            #expect(try rows(1, of: reader).rows == [row])
        }
        try live.append(to: "d")
        try live.append(to: "a")
        #expect(try rows(1, of: reader).rows == ["a3"])
    }

    @Test func aTokenResumesEveryWorkspaceWhateverTheirOrder() throws {
        let live = try LiveFixture()
        for workspace in ["a", "b"] { try live.append(2, to: workspace) }
        let first = try merged(live, "workspaces=a,b,c")
        let (seen, token) = try rows(4, of: first)
        #expect(seen == ["a1", "a2", "b1", "b2"])
        #expect(token == "\(try live.epoch("a"))-2.\(try live.epoch("b"))-2.0")
        for workspace in ["a", "b", "c"] { try live.append(to: workspace) }
        let second = try merged(live, "workspaces=c,b,a", headers: "Last-Event-ID: \(token)\r\n")
        #expect(try rows(3, of: second).rows == ["a3", "b3", "c1"])
        let third = try merged(live, "workspaces=c,b,a&since=\(token)")
        #expect(try rows(3, of: third).rows == ["a3", "b3", "c1"])
    }

    @Test func everyTokenCanBeResumedFromWithoutLossOrRepetition() throws {
        let live = try LiveFixture()
        let reader = try merged(live, "workspaces=a,b")
        var tokens: [Substring] = []
        var seen: [String] = []
        for workspace in ["a", "b", "b", "a", "b"] {
            try live.append(to: workspace)
            let (row, token) = try rows(1, of: reader)
            seen += row
            tokens.append(token)
        }
        for (index, token) in tokens.enumerated() where index < 4 {
            let rest = try rows(4 - index, of: try merged(live, "workspaces=a,b&since=\(token)")).rows
            #expect(rest.sorted() == seen[(index + 1)...].sorted())
        }
    }

    @Test func gapsAndResetsNameTheirWorkspace() throws {
        let live = try LiveFixture(bounds: LogBounds(maxEntries: 2))
        for workspace in ["a", "b"] { try live.append(5, to: workspace) }
        let (a, b) = (try live.epoch("a"), try live.epoch("b"))
        let reader = try merged(live, "workspaces=a,b&since=\(a)-1.aaaaaaaaaa-4")
        #expect(
            try reader.event() == [
                "event: gap", "id: \(a)-3.aaaaaaaaaa-4", "data: {\"workspace_id\":\"a\",\"missed\":2,\"oldest\":4}",
            ])
        #expect(try rows(2, of: reader).rows == ["a4", "a5"])
        #expect(
            try reader.event() == [
                "event: reset", "id: \(a)-5.\(b)-3",
                "data: {\"workspace_id\":\"b\",\"epoch\":\"\(b)\",\"oldest\":4}",
            ])
        #expect(try rows(2, of: reader).rows == ["b4", "b5"])
    }

    @Test func onlyTheWantedKindsAreSent() throws {
        let live = try LiveFixture()
        let reader = try merged(live, "workspaces=a,b&kind=tool.*")
        try live.append(to: "a", kind: "turn.started")
        try live.append(to: "b", kind: "tool.invoked")
        try live.append(to: "a", kind: "tool.ended")
        #expect(Set(try rows(2, of: reader).rows) == ["b1", "a2"])
    }

    @Test func aSlowReaderCatchesUp() throws {
        let live = try LiveFixture()
        let reader = try merged(live, "workspaces=a,b")
        let filler = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        for index in 0..<120 { try live.append(to: index % 2 == 0 ? "a" : "b", payload: filler) }
        var next = ["a": 1, "b": 1]
        for row in try rows(120, of: reader).rows {
            let workspace = String(row.prefix(1))
            #expect(row == "\(workspace)\(next[workspace] ?? 0)")
            next[workspace]? += 1
        }
    }

    @Test func aStreamOfManyWorkspacesWorks() throws {
        let live = try LiveFixture()
        let names = (0..<200).map { "w\($0)" }
        let reader = try merged(live, "workspaces=" + names.joined(separator: ","))
        for name in names { try live.append(to: name) }
        #expect(Set(try rows(200, of: reader).rows) == Set(names.map { "\($0)1" }))
    }

    @Test func aReaderThatLeavesIsForgottenEverywhere() throws {
        let live = try LiveFixture()
        var reader: RawHTTPClient? = try merged(live, "workspaces=a,b,c")
        #expect(eventually { live.service.live.topics.count == 3 })
        #expect(reader != nil)
        reader = nil
        #expect(eventually { live.service.live.readers == 0 && live.service.live.topics.count == 0 })
    }

    @Test(arguments: [
        ("workspaces=a,b&since=1", "one of 1 workspaces, and the URL names 2"), ("workspaces=a&since=x", "'since'"),
        ("workspaces=a&limit=3", "'limit' does not apply to a stream"), ("workspaces=a&since=1.", "'since'"),
    ])
    func aStreamThatCannotBeIsRefused(query: String, detail: String) throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try client.send("GET /activity?\(query) HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains(detail))
    }

    @Test func aPageTakesNoCursor() throws {
        let live = try LiveFixture()
        let client = try live.connect()
        try client.send("GET /activity?workspaces=a&since=1 HTTP/1.1\r\nHost: h\r\n\r\n")
        let reply = try client.receive()
        #expect(reply.status == 400)
        #expect(reply.text.contains("'since' is for a stream"))
    }

    @Test func aLogThatAnswersLaterStreamsToo() throws {
        let answers = TestAnswers()
        let live = try LiveFixture(deferred: answers)
        let pump = DeferredPump(answers)
        try live.append(2, to: "b")
        let reader = try merged(live, "workspaces=a,b")
        #expect(try rows(2, of: reader).rows == ["b1", "b2"])
        try live.append(to: "a")
        #expect(try rows(1, of: reader).rows == ["a1"])
        pump.stop()
    }
}
