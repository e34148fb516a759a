import ActivityLog
import Foundation
import Synchronization
import TestSupport
import Testing

extension RouteFixture {
    /// Appends one event to a workspace, a millisecond after the last.
    func append(_ workspace: String, kind: String = "k") {
        clock.advance(seconds: 0.001)
        appendAtOnce(workspace, kind: kind)
    }

    /// Appends one event to a workspace at the time of the last.
    func appendAtOnce(_ workspace: String, kind: String = "k") {
        #expect(post(#"{"workspace_id":"\#(workspace)","kind":"\#(kind)"}"#).status == 201)
    }

    /// Makes the log of a workspace fail from now on; only with deferred answers.
    func fail(_ workspace: String) throws {
        try #require(deferred).decide(.laterFailing(.unavailable(reason: "the disk is full")), for: workspace)
    }

    /// Sends feed queries.
    func feed(_ queries: String..., headers: [String: String] = [:]) -> TestReply {
        send(
            "POST", "/activity/query",
            headers: headers.merging(["Content-Type": "application/json"]) { mine, _ in mine },
            body: #"{"queries":[\#(queries.joined(separator: ","))]}"#)
    }
}

extension TestReply {
    /// The rows of a merged page in order, each as the workspace id and the event's id: `a1`.
    var rows: [String] {
        body.matches(of: /\{"workspace_id":"([^"]*)","id":(\d+),"timestamp":/).map { "\($0.1)\($0.2)" }
    }

    /// The pages of a feed's answer, each from its workspace on.
    var pages: [String] {
        body.components(separatedBy: #"{"workspace_id":""#).dropFirst().map { #"{"workspace_id":""# + $0 }
    }
}
