import TestSupport
import Testing

/// Reads over several workspaces, through sockets.
@Suite struct FanInTests {
    @Test func severalWorkspacesAreReadInOneRequest() throws {
        let daemon = try DaemonProcess()
        let json = ["--header", "Content-Type: application/json"]
        for workspace in ["a", "b"] {
            let body = #"{"workspace_id":"\#(workspace)","kind":"turn.started"}"#
            #expect(try Curl(json + ["--data", body, "\(daemon.url)/events"]).status == 201)
        }

        let merged = try Curl(["\(daemon.url)/activity?workspaces=a,b,nobody&limit=1"])
        #expect(merged.status == 200)
        #expect(merged.body.hasPrefix(#"[{"workspace_id":"b","id":1,"timestamp":"#))
        #expect(merged.body.hasSuffix(#","kind":"turn.started","payload":{}}]"#))
        let head = try Curl(["--head", "\(daemon.url)/activity?workspaces=a,b"])
        #expect(head.status == 200)
        #expect(head.body.contains(".merged\""))

        let queries = #"{"queries":[{"workspace_id":"b","since":1},{"workspace_id":"a/b"},{"workspace_id":"a"}]}"#
        let pages = try Curl(json + ["--data", queries, "\(daemon.url)/activity/query"])
        #expect(pages.status == 200)
        #expect(pages.body.hasPrefix(#"{"pages":[{"workspace_id":"b","status":200,"events":[],"next":""#))
        #expect(pages.body.contains(#"{"workspace_id":"a/b","status":400,"code":"invalid-workspace-id""#))
        #expect(pages.body.contains(#"{"workspace_id":"a","status":200,"events":[{"id":1,"#))

        let form = try Curl(["--data", queries, "\(daemon.url)/activity/query"])
        #expect(form.status == 415)
    }
}
