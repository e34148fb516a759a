import Foundation
import TestSupport
import Testing

/// Readers that come back to another process with the token that the first one gave them.
@Suite struct RestartTests {
    /// Appends three events, reads them as a stream, and ends the daemon; returns the token of the second.
    private func tokenOfADaemonThatIsGone() throws -> String {
        let daemon = try DaemonProcess()
        try RawHTTPClient.append(3, to: "w", at: daemon.address)
        let reader = try RawHTTPClient.stream("w", at: daemon.address)
        _ = try reader.event()
        let second = try reader.event()
        #expect(try daemon.stop() == .status(0))
        #expect(second[1].hasPrefix("data: {\"id\":2,"))
        return String(second[0].dropFirst("id: ".count))
    }

    @Test func aStreamThatComesBackIsToldOfTheResetFirst() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        try RawHTTPClient.append(3, to: "w", at: daemon.address)
        let epoch = try epoch(of: "w", at: daemon.address)
        #expect(!token.hasPrefix(epoch))
        let reader = try RawHTTPClient.stream("w", at: daemon.address, headers: "Last-Event-ID: \(token)\r\n")
        #expect(
            try reader.event() == ["event: reset", "id: \(epoch)-0", "data: {\"epoch\":\"\(epoch)\",\"oldest\":1}"])
        // Nothing of the new history is passed over, whatever the old token's number was.
        for id in 1...3 { #expect(try reader.event()[0] == "id: \(epoch)-\(id)") }
    }

    @Test func aStreamThatComesBackBeforeTheFirstEventIsToldOfTheResetFirst() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        let reader = try RawHTTPClient.stream("w", at: daemon.address, headers: "Last-Event-ID: \(token)\r\n")
        #expect(try reader.event() == ["event: reset", "id: 0", "data: {\"oldest\":1}"])
        try RawHTTPClient.append(to: "w", at: daemon.address)
        let epoch = try epoch(of: "w", at: daemon.address)
        #expect(try reader.event()[0] == "id: \(epoch)-1")
        // Once: whoever comes back with what the reset said goes on from there.
        let again = try RawHTTPClient.stream("w", at: daemon.address, headers: "Last-Event-ID: 0\r\n")
        #expect(try again.event()[0] == "id: \(epoch)-1")
    }

    @Test func aTailThatComesBackIsToldOfTheResetFirst() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        let reader = try RawHTTPClient(to: daemon.address)
        try reader.ask("w", "wait=stream&since=\(token)", headers: "Accept: application/x-ndjson\r\n")
        _ = try reader.receive(through: "\r\n\r\n")
        #expect(try reader.receive(through: "\n") == "{\"reset\":{\"oldest\":1}}\n")
    }

    @Test func aRequestThatWaitsIsToldOfTheResetWithTheFirstEvents() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        let reader = try RawHTTPClient(to: daemon.address)
        try reader.ask("w", "wait=30&since=\(token)")
        try RawHTTPClient.append(3, to: "w", at: daemon.address)
        for _ in 0..<2 {
            let reply = try reader.receive()
            #expect(reply.status == 200)
            #expect(reply.header("Activity-Reset") == "1")
            #expect(reply.text.components(separatedBy: "\"id\":").count - 1 == 3)
            try reader.ask("w", "wait=30&since=\(token)")
        }
    }

    @Test func aRequestThatFindsNothingIsToldOfTheResetWhenItsTimeIsOver() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        let reader = try RawHTTPClient(to: daemon.address)
        try reader.ask("w", "wait=1&since=\(token)")
        let reply = try reader.receive()
        #expect(reply.status == 200)
        #expect(reply.header("Activity-Reset") == "1")
        #expect(reply.text == "[]")
    }

    @Test func aMergedStreamThatComesBackIsToldOfTheResetOfEach() throws {
        let token = try tokenOfADaemonThatIsGone()
        let daemon = try DaemonProcess()
        try RawHTTPClient.append(to: "w", at: daemon.address)
        let reader = try RawHTTPClient(to: daemon.address)
        try reader.send(
            "GET /activity?workspaces=new,w HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n"
                + "Last-Event-ID: 0.\(token)\r\n\r\n")
        let epoch = try epoch(of: "w", at: daemon.address)
        let reset = try reader.event()
        #expect(reset[0] == "event: reset")
        #expect(reset[1] == "id: 0.\(epoch)-0")
        #expect(reset[2].contains("\"workspace_id\":\"w\""))
        #expect(try reader.event()[0] == "id: 0.\(epoch)-1")
    }

    private func epoch(of workspace: String, at address: String) throws -> String {
        let client = try RawHTTPClient(to: address)
        try client.ask(workspace, "limit=0")
        return try client.receive().header("Activity-Epoch") ?? ""
    }
}
