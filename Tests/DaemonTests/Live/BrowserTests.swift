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

    /// The daemon's successor takes its place before it goes, so that nginx always has one to pass requests on to: an
    /// EventSource does not come back from an error status.
    @Test func anEventSourceIsToldOfTheResetWhenAnotherDaemonTakesOver() throws {
        let directory = try TemporaryDirectory()
        let daemons = try (0..<2).map { try DaemonProcess(arguments: Self.listen("\(directory.path)/\($0).sock")) }
        let link = "\(directory.path)/current.sock"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "0.sock")
        let page = EventSourcePage.html(source: "/workspaces/source/activity", results: "results")
        let proxy = try NginxProcess(to: "unix:\(link):", page: page)
        try RawHTTPClient.append(2, to: "source", at: daemons[0].address)
        try RawHTTPClient.append(1, to: "source", at: daemons[1].address)
        let browser = try ChromiumProcess("http://\(proxy.address)/page.html")

        do {
            let before = try BrowserReports(of: "results", at: daemons[0].address)
            #expect(try (0..<3).map { _ in try before.next().kind } == ["open", "message", "message"])
            try FileManager.default.createSymbolicLink(atPath: link + ".new", withDestinationPath: "1.sock")
            #expect(rename(link + ".new", link) == 0)
            #expect(try daemons[0].stop() == .status(0))

            let after = try BrowserReports(of: "results", at: daemons[1].address)
            let reports = try (0..<4).map { _ in try after.next() }
            #expect(reports.map(\.kind) == ["error", "open", "reset", "message"])
            let client = try RawHTTPClient(to: daemons[1].address)
            try client.ask("source", "limit=0")
            let epoch = try #require(try client.receive().header("Activity-Epoch"))
            #expect(reports.map(\.payload.last) == [nil, nil, "\(epoch)-0", "\(epoch)-1"])
            #expect(reports.map(\.payload.data?.id) == [nil, nil, nil, 1])
        } catch {
            Issue.record("\(error); the browser said: \(browser.errors)")
        }
    }

    @Test func theExampleOfTheDocumentationShowsWhatIsAppended() throws {
        let daemon = try DaemonProcess()
        let text = try String(contentsOfFile: "\(BuiltBinary.sourceRoot)/docs/api.md", encoding: .utf8)
        let examples = text.components(separatedBy: "```js\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        let example = try #require(examples.first { $0.contains("new EventSource(\"/workspaces/api-demo/activity\")") })
        let page = EventSourcePage.html(running: example, results: "results")
        let proxy = try NginxProcess(to: daemon.address, page: page)
        try RawHTTPClient.append(2, to: "api-demo", at: daemon.address)
        let reports = try BrowserReports(of: "results", at: daemon.address)
        let browser = try ChromiumProcess("http://\(proxy.address)/page.html")
        do {
            #expect(try (0..<2).map { _ in try reports.next().payload.data?.id } == [1, 2])
            try RawHTTPClient.append(1, to: "api-demo", at: daemon.address)
            let report = try reports.next()
            #expect(report.kind == "message")
            #expect(report.payload.data?.id == 3)
        } catch {
            Issue.record("\(error); the browser said: \(browser.errors)")
        }
    }

    private static func listen(_ path: String) -> [String] { ["--listen", "127.0.0.1:0", "--listen", "unix:\(path)"] }
}
