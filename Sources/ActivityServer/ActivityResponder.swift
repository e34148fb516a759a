internal import ActivityLog
internal import ByteBuffers
internal import Logging
package import MicroHTTP

/// Answers the requests of one worker: finds the route, runs it, writes problems. No other thread calls it.
package final class ActivityResponder: HTTPResponder {
    private let service: ActivityService
    private var appender: EventAppender
    private var feeds: FeedReader

    /// Makes the responder of one worker.
    package init(service: ActivityService) {
        feeds = FeedReader(workspaces: service.workspaces, limits: service.limits)
        self.service = service
        appender = EventAppender(workspaces: service.workspaces, limits: service.limits)
    }

    /// Refuses, before its body is read, a request that would be refused whatever the body says.
    package func refuse(_ head: borrowing HTTPRequest, with response: inout HTTPResponse) -> Bool {
        do throws(Problem) {
            let match = try route(of: head)
            if match.route == .events, head.method == .post { _ = try AppendRequest.format(of: head) }
            if match.route == .activityQuery, head.method == .post { try FeedReader.checkMediaType(of: head) }
            return false
        } catch {
            response.write(error, instance: head.path)
            return true
        }
    }

    package func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        let disposition: HTTPDisposition
        do throws(Problem) {
            disposition = try answer(request, &response, exchange)
        } catch {
            response.write(error, instance: request.path)
            disposition = .now
        }
        if service.logsRequests { log(request, response.status, disposition) }
        return disposition
    }

    private func answer(
        _ request: borrowing HTTPRequest, _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let match = try route(of: request)
        if request.method == .options {
            response.status = 204
            response.setHeader("Allow", value: match.route.allow)
            return .now
        }
        switch match.route {
        case .events:
            try Self.checkBody(of: request)
            return try appender.respond(to: request, with: &response, exchange: exchange)
        case .workspaceActivity:
            return try answerWorkspace(request, request.path.extracting(match.workspace), &response, exchange)
        case .activity:
            return try MergeRequest.respond(to: request, of: service, with: &response, exchange: exchange)
        case .activityQuery:
            try Self.checkBody(of: request)
            return try feeds.respond(to: request, with: &response, exchange: exchange)
        case .health:
            response.writeStatus("ok")
        case .readiness:
            guard service.isReady else { throw Problem(.draining, "the daemon is shutting down") }
            response.writeStatus("ready")
        }
        return .now
    }

    /// The route of a request whose method it has.
    private func route(of request: borrowing HTTPRequest) throws(Problem) -> Route.Match {
        guard let match = Route.match(request.path) else {
            throw Problem(.notFound, "there is nothing at \(request.path.text)")
        }
        guard match.route.takes(request.method) else {
            throw Problem(
                .methodNotAllowed, "\(request.methodName.text) is not a method of \(match.route.rawValue)",
                allow: "\(match.route.allow)")
        }
        return match
    }

    /// Refuses a request whose body was not received, or was not even announced.
    private static func checkBody(of request: borrowing HTTPRequest) throws(Problem) {
        if request.bodyOutcome == .tooLarge {
            throw Problem(.bodyTooLarge, "the body is larger than max_body_bytes allows; send smaller batches")
        }
        if request.contentLength == nil, !request.isChunked {
            throw Problem(.lengthRequired, "send the body with Content-Length or Transfer-Encoding: chunked")
        }
    }

    private func answerWorkspace(
        _ request: borrowing HTTPRequest, _ segment: Span<UInt8>, _ response: inout HTTPResponse,
        _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let workspace = try workspace(at: segment)
        if request.method == .delete {
            return try ClearRequest.respond(to: request, workspace: workspace, with: &response, exchange: exchange)
        }
        if let accept = request.header(.accept), !Accept.takesJSON(accept) {
            throw Problem(.notAcceptable, "this route answers application/json, which Accept leaves out")
        }
        var read = try ReadRequest(request.query, mostEvents: service.limits.maxPageEvents)
        return try read.respond(to: request, workspace: workspace, with: &response, exchange: exchange)
    }

    /// The workspace that a raw path segment names, percent-decoded once; nil when nothing was appended to it yet.
    private func workspace(at segment: Span<UInt8>) throws(Problem) -> Workspace? {
        if WorkspaceID.isValid(segment) { return service.workspaces.find(segment) }
        var decoded = ByteBuffer()
        guard segment.firstIndex(of: UInt8(ascii: "%")) != nil,
            PercentDecoding.decode(segment, to: &decoded), WorkspaceID.isValid(decoded.span)
        else {
            let shown = segment.extracting(first: min(segment.count, 128)).text
            throw Problem(
                .invalidWorkspaceID,
                "'\(shown)' is not a workspace id: 1 to 128 of A-Z a-z 0-9 . _ ~ - but not . or ..")
        }
        return service.workspaces.find(decoded.span)
    }

    private func log(_ request: borrowing HTTPRequest, _ status: UInt16, _ disposition: HTTPDisposition) {
        service.logger.debug(
            "request",
            metadata: [
                "method": "\(request.methodName.text)", "target": "\(request.target.text)",
                "status": disposition == .now ? "\(status)" : "later", "body": "\(request.bodyCount)",
            ])
    }
}
