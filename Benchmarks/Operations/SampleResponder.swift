internal import ActivityLog
internal import ActivityServer
internal import ByteBuffers
internal import Logging
internal import MicroHTTP

/// One worker's responder over a registry with the sample workspace in it.
struct SampleResponder {
    private let responder: ActivityResponder

    /// Makes the workspace and fills it, so that each append evicts.
    init(resident: Int) throws {
        let policies = LogPolicies(fallback: LogPolicy(bounds: LogBounds(maxEntries: resident)))
        let logs = EventLogs(policies: policies, maxWorkspaces: 1_000, clock: FixedClock())
        let logger = Logger(label: "activity-micro") { _ in SwiftLogNoOpLogHandler() }
        responder = ActivityResponder(service: ActivityService(logs: logs, logger: logger))
        let request = SampleRequest.append(SampleBody.ndjson(1_000), type: "application/x-ndjson")
        for _ in 0..<(resident / 1_000) {
            let response = try reply(to: request)
            guard response.status == 201 else { throw Operation.Failure.status(response.status) }
        }
    }

    /// Answers a request as a worker would: `refuse` first where there is a body, then `respond`.
    func respond(
        to request: SampleRequest, head: RequestHead, with response: inout HTTPResponse, exchange: HTTPExchange
    ) {
        // As a connection does between two requests.
        exchange.tag = 0
        request.withRequest(head) { request in
            if request.bodyCount > 0, responder.refuse(request, with: &response, exchange: exchange) { return }
            _ = responder.respond(to: request, with: &response, exchange: exchange)
        }
    }

    /// The `ETag` of the answer to a request.
    func entityTag(of request: SampleRequest) throws -> String {
        let response = try reply(to: request)
        let lines = response.headerBytes.text.split(separator: "\r\n")
        guard let line = lines.first(where: { $0.hasPrefix("ETag: ") }) else {
            throw Operation.Failure.status(response.status)
        }
        return String(line.dropFirst("ETag: ".count))
    }

    private func reply(to request: SampleRequest) throws -> HTTPResponse {
        var head = RequestHead()
        if let defect = request.check(&head) { throw Operation.Failure.head("\(defect)") }
        var response = HTTPResponse()
        respond(to: request, head: head, with: &response, exchange: HTTPExchange(peer: .local))
        return response
    }
}
