import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MicroHTTP

/// The end of a server.
@Suite struct StopTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func everyRequestThatReachedAResponderIsAnsweredWholeWhenTheServerStopsUnderLoad() throws {
        let echo = try EchoServer()
        let port = try #require(echo.server.addresses.first?.port)
        let answered = Atomic(0)
        let broken = Atomic(0)
        let clients = DispatchGroup()
        for _ in 0..<8 {
            clients.enter()
            Thread.detachNewThread {
                defer { clients.leave() }
                guard let client = try? RawHTTPClient(port: port) else { return }
                // Until the server closes: at the end of an answer, or instead of one to a request it has not read.
                while (try? client.send("GET /bytes?20000 HTTP/1.1\r\nHost: h\r\n\r\n")) != nil {
                    guard let response = try? client.receive() else { return }
                    if response.status == 200 && response.body.count == 20_000 {
                        answered.add(1, ordering: .relaxed)
                    } else {
                        broken.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        try #require(eventually { answered.load(ordering: .relaxed) > 200 })
        echo.server.drainAndStop(grace: .seconds(10))
        #expect(clients.wait(timeout: .now() + 10) == .success)
        #expect(broken.load(ordering: .relaxed) == 0)
        #expect(answered.load(ordering: .relaxed) == echo.journal.lines.count)
    }

    @Test func idleConnectionsAreClosedAtOnce() throws {
        let echo = try EchoServer()
        let clients = try (0..<50).map { _ in try echo.connect() }
        for client in clients {
            try client.send(Self.get)
            #expect(try client.receive().status == 200)
        }
        let start = ContinuousClock.now
        echo.server.drainAndStop(grace: .seconds(60))
        #expect(ContinuousClock.now - start < .seconds(30))
        for client in clients { #expect(try client.receiveToEnd() == "") }
    }

    @Test func aBodyOnItsWayIsFinishedDuringTheStop() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf")
        try #require(eventually { echo.journal.heads == 1 })
        Thread.detachNewThread { echo.server.drainAndStop(grace: .seconds(10)) }
        try #require(eventually { echo.server.core.isDraining.load(ordering: .relaxed) })
        try client.send("done")
        let response = try client.receive()
        #expect(response.text == "halfdone")
        #expect(response.closes)
    }

    @Test func aClientThatNeverFinishesIsCutAtTheEndOfTheGrace() throws {
        let echo = try EchoServer()
        let client = try echo.connect()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf")
        try #require(eventually { echo.journal.heads == 1 })
        echo.server.drainAndStop(grace: .milliseconds(50))
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
    }

    @Test func nobodyIsAcceptedAfterTheStop() throws {
        let echo = try EchoServer()
        echo.server.drainAndStop(grace: .seconds(5))
        #expect(throws: RawHTTPClient.Failure.system(call: "connect", errno: ECONNREFUSED)) {
            _ = try echo.connect()
        }
    }

    @Test func aSecondStopDoesNothing() throws {
        let echo = try EchoServer()
        echo.server.drainAndStop(grace: .seconds(5))
        echo.server.drainAndStop(grace: .seconds(5))
        #expect(echo.server.statistics.openConnections == 0)
    }

    /// In a process of its own, where no other test opens anything.
    @Test func aStoppedServerLeavesNoDescriptorBehind() async {
        await #expect(processExitsWith: .success) {
            // The first server makes the process open what it keeps.
            try serveAndStop(connections: 1)
            let before = try openDescriptors()
            for _ in 0..<3 { try serveAndStop(connections: 100) }
            #expect(try openDescriptors() == before)
        }
    }
}

/// Runs a server through connections that are answered, parked, broken off and idle.
private func serveAndStop(connections: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/http.sock"
    let echo = try EchoServer { $0.listeners.append(.unix(path: path, mode: 0o600)) }
    var clients: [RawHTTPClient] = []
    for index in 0..<connections {
        let client = try index % 2 == 0 ? echo.connect() : RawHTTPClient(unixPath: path)
        switch index % 5 {
        case 0: break
        case 1: try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf")
        case 2: try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        default:
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
        }
        clients.append(client)
    }
    #expect(eventually { echo.server.statistics.openConnections == connections })
    echo.server.drainAndStop(grace: .milliseconds(50))
}

private func openDescriptors() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").sorted()
}
