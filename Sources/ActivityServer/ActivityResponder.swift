internal import ActivityLog
internal import ByteBuffers
internal import Logging
package import MicroHTTP
internal import Problems

/// Answers the requests of one worker: finds the route, runs it, writes problems. No other thread calls it.
package final class ActivityResponder: HTTPResponder {
    private let service: ActivityService
    private var appender: EventAppender
    private var feeds: FeedReader
    private var settings: SettingsSource.View

    /// Makes the responder of one worker.
    package init(service: ActivityService) {
        self.service = service
        appender = EventAppender(service)
        feeds = FeedReader(service)
        settings = SettingsSource.View(of: service.settings)
    }

    /// Refuses, before its body is read, a request that would be refused whatever the body says.
    package func refuse(
        _ head: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> Bool {
        do throws(Problem) {
            let match = try route(of: head)
            if match.route == .events, head.method == .post { try AppendRequest.check(head) }
            if match.route == .activityQuery, head.method == .post { try FeedReader.check(head) }
            return false
        } catch {
            response.write(error, instance: head.path)
            return true
        }
    }

    package func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        if settings.refresh() {
            appender.apply(settings.settings.limits)
            feeds.apply(settings.settings.limits)
        }
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
            guard service.takesAppends else { throw .draining }
            try Self.checkBody(of: request)
            return try appender.respond(to: request, with: &response, exchange: exchange)
        case .workspaceActivity:
            return try answerWorkspace(request, request.path.extracting(match.workspace), &response, exchange)
        case .activity:
            return try MergeRequest.respond(
                to: request, of: service, limits: settings.settings.limits, with: &response, exchange: exchange)
        case .activityQuery:
            try Self.checkBody(of: request)
            return try feeds.respond(to: request, with: &response, exchange: exchange)
        case .health:
            response.writeStatus("ok")
        case .readiness:
            guard service.isReady else { throw .draining }
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
        // Valid as it stands, or decoded first.
        if WorkspaceID.isValid(segment) { return try answerWorkspace(request, id: segment, &response, exchange) }
        let decoded = try WorkspacePath.withID(of: segment) { OwnedBytes($0) }
        return try answerWorkspace(request, id: decoded.span, &response, exchange)
    }

    private func answerWorkspace(
        _ request: borrowing HTTPRequest, id: Span<UInt8>, _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        if request.method == .delete {
            return try ClearRequest.respond(
                to: request, workspace: id, of: service.logs, with: &response, exchange: exchange)
        }
        guard let representation = Representation(accept: request.header(.accept)) else {
            throw Problem(
                .notAcceptable,
                "this route answers application/json, application/x-ndjson or text/event-stream; Accept leaves them out"
            )
        }
        var read = try ReadRequest(request.query, limits: settings.settings.limits)
        read.representation = representation
        if try read.isStream() {
            return try read.openStream(
                for: request, OwnedBytes(id), with: &response, exchange: exchange, live: service.live)
        }
        return try read.respond(to: request, workspace: id, live: service.live, with: &response, exchange: exchange)
    }

    private func log(_ request: borrowing HTTPRequest, _ status: UInt16, _ disposition: HTTPDisposition) {
        service.logger.debug(
            "request",
            metadata: [
                "method": "\(request.methodName.text)", "target": "\(request.target.text)",
                "status": disposition.isNow ? "\(status)" : "later", "body": "\(request.bodyCount)",
            ])
    }
}
