import Foundation
import ActivityLog
import ByteBuffers
import Logging
import TestSupport

@testable import ActivityServer
@testable import MicroHTTP

/// A reply as a client would see it.
struct TestReply: Equatable {
    var status: Int
    var headers: [String: String]
    var body: String

    /// The value of a header.
    subscript(_ name: String) -> String? { headers[name.lowercased()] }

    /// The ids of the events in the body.
    var ids: [Int] {
        body.components(separatedBy: "{\"id\":").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
    }
}

/// The routes over a registry, without a socket.
final class RouteFixture {
    let clock: ManualClock
    let logs: EventLogs
    let service: ActivityService
    let responder: ActivityResponder
    let deferred: TestAnswers?
    /// Called before a request that is answered in pieces goes on.
    var betweenPieces: () -> Void = {}
    /// What a test does while a request waits for its answer.
    var whileWaiting: (() -> Void)?

    convenience init(
        policies: LogPolicies = LogPolicies(), limit: Int = 1000, limits: ActivityServerLimits = ActivityServerLimits(),
        deferred: TestAnswers? = nil
    ) {
        let clock = ManualClock()
        let logs = EventLogs(testing: policies, maxWorkspaces: limit, clock: clock, answers: deferred)
        self.init(logs: logs, clock: clock, limits: limits, deferred: deferred)
    }

    /// The routes over `logs`, some of which `deferred` answers.
    init(
        logs: EventLogs, clock: ManualClock, limits: ActivityServerLimits = ActivityServerLimits(),
        deferred: TestAnswers?
    ) {
        self.logs = logs
        self.clock = clock
        self.deferred = deferred
        service = ActivityService(
            logs: logs, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        responder = ActivityResponder(service: service)
    }

    /// Sends a request through the routes and waits for its reply. A value of several lines is that many lines of its header.
    func send(
        _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil,
        framing: HTTPBodyFraming? = nil, outcome: HTTPBodyOutcome = .complete
    ) -> TestReply {
        send(
            method, target, headers: headers, bytes: body.map { Array($0.utf8) }, framing: framing, outcome: outcome)
    }

    /// As above, with a body that need not be text.
    func send(
        _ method: String, _ target: String, headers: [String: String] = [:], bytes body: [UInt8]?,
        framing: HTTPBodyFraming? = nil, outcome: HTTPBodyOutcome = .complete
    ) -> TestReply {
        var head: [UInt8] = []
        var fields = HTTPFieldTable()
        for (name, lines) in headers {
            for value in lines.split(separator: "\n", omittingEmptySubsequences: false) {
                let bytes = Array(name.utf8)
                head += Array("\(name): ".utf8)
                let offset = head.count
                head += Array("\(value)\r\n".utf8)
                if let known = HTTPHeaderName(bytes.span) {
                    fields.record(known, offset: offset, count: value.utf8.count)
                }
            }
        }
        let methodBytes = Array(method.utf8)
        let targetBytes = Array(target.utf8)
        let content = body ?? []
        let framing = framing ?? (body.map { .length($0.count) } ?? .none)
        let exchange = HTTPExchange(peer: PeerAddress.local)
        var response = HTTPResponse()
        let announcement = HTTPRequest(
            methodName: methodBytes.span, target: targetBytes.span, head: head.span, fields: fields, framing: framing,
            body: content.span.extracting(first: 0), bodyOutcome: .complete)
        let announcesBody = framing != .none || ["POST", "PUT", "PATCH"].contains(method)
        if announcesBody, responder.refuse(announcement, with: &response, exchange: exchange) {
            return reply(of: response)
        }
        let request = HTTPRequest(
            methodName: methodBytes.span, target: targetBytes.span, head: head.span, fields: fields, framing: framing,
            body: content.span, bodyOutcome: outcome)
        var disposition = responder.respond(to: request, with: &response, exchange: exchange)
        while true {
            let render: HTTPAnswer
            switch disposition {
            case .now: return reply(of: response)
            case .stream: return TestReply(status: 0, headers: [:], body: "a stream")
            case .again(let next):
                betweenPieces()
                render = next
            case .later:
                deferred?.deliver()
                whileWaiting?()
                guard let answer = exchange.takeAnswer(leaving: ParkingLot()) else {
                    return TestReply(status: 0, headers: [:], body: "never answered")
                }
                render = answer
            }
            response.reset()
            disposition = render(&response, exchange)
        }
    }

    /// Posts a JSON body to `/events`.
    func post(_ body: String, headers: [String: String] = [:]) -> TestReply {
        send(
            "POST", "/events", headers: headers.merging(["Content-Type": "application/json"]) { mine, _ in mine },
            body: body)
    }

    /// Reads a workspace.
    func read(_ id: String, _ query: String = "", headers: [String: String] = [:]) -> TestReply {
        send("GET", "/workspaces/\(id)/activity" + (query.isEmpty ? "" : "?" + query), headers: headers)
    }

    private func reply(of response: borrowing HTTPResponse) -> TestReply {
        var headers: [String: String] = [:]
        for line in response.headerBytes.text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
        }
        let body = String(decoding: response.collectBody(), as: UTF8.self)
        return TestReply(status: Int(response.status), headers: headers, body: body)
    }
}
