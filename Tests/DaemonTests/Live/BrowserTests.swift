import Foundation
import TestSupport
import Testing

/// A browser's own EventSource, as pages use it: through nginx, on the page's origin.
@Suite struct BrowserTests {
    /// The daemon ends each stream after a second; events are appended while one is open and while none is.
    @Test func anEventSourceGetsEveryEventOnceOverReconnections() throws {
        let daemon = try DaemonProcess(config: "server:\n  stream_seconds: 1\n")
        let page = EventSourcePage.html(source: "/workspaces/source/activity", results: "results")
        let proxy = try NginxProcess(to: daemon.address, page: page)
        try RawHTTPClient.append(3, to: "source", at: daemon.address)
        let reports = try BrowserReports(of: "results", at: daemon.address)
        let browser = try ChromiumProcess("http://\(proxy.address)/page.html")

        var appended = 3
        var seen: [Int] = []
        var tokens: [String] = []
        var opened = 0
        var resumedAt = ["-"]
        do {
            while opened < 3 || seen.count < appended {
                let report = try reports.next()
                switch report.kind {
                case "message":
                    seen.append(try #require(report.payload.data?.id))
                    tokens.append(try #require(report.payload.last))
                case "open":
                    opened += 1
                    try RawHTTPClient.append(2, to: "source", at: daemon.address)
                    appended += 2
                case "error":
                    // CONNECTING: it comes back by itself.
                    #expect(report.payload.state == 0)
                    if opened < 3 { resumedAt.append(tokens.last ?? "-") }
                    try RawHTTPClient.append(2, to: "source", at: daemon.address)
                    appended += 2
                default: Issue.record("unexpected \(report)")
                }
            }
        } catch {
            Issue.record("\(error); the browser said: \(browser.errors)")
        }
        #expect(seen == Array(1...appended))
        let client = try RawHTTPClient(to: daemon.address)
        try client.ask("source", "limit=0")
        let epoch = try #require(try client.receive().header("Activity-Epoch"))
        #expect(tokens == seen.map { "\(epoch)-\($0)" })
        // The browser itself said where to go on.
        #expect(try proxy.lastEventIDs.prefix(2) == resumedAt.prefix(2))
    }

    /// Without a proxy in between a daemon that is down refuses connections, and the EventSource tries again.
    @Test func anEventSourceIsToldOfTheResetAfterARestart() throws {
    }
}
