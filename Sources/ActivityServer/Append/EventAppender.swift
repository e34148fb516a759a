internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `POST /events`: one event or a batch, see ``EventAppender``.
enum AppendRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        try worker.appender.respond(
            to: request, as: call.body, in: view, with: &response, exchange: call.exchange)
    }
}

/// Takes `POST /events` bodies into the logs. One per worker: it owns the parser and the scratch of a batch.
struct EventAppender: ~Copyable {
    private var decoder: BodyDecoder
    private var parser: EventParser
    private var grouping = WorkspaceGrouping()

    init(_ limits: ActivityServerLimits) {
        decoder = BodyDecoder(maxBodyBytes: limits.maxBodyBytes)
        parser = EventParser(maxEventBytes: limits.maxEventBytes)
    }

    /// Goes by other limits from the next request on.
    mutating func apply(_ limits: ActivityServerLimits) {
        decoder.maxBodyBytes = limits.maxBodyBytes
        parser.maxEventBytes = limits.maxEventBytes
    }

    /// Validates everything, then appends everything, then replies; a request that is refused has appended nothing.
    mutating func respond(
        to request: borrowing HTTPRequest, as form: BodyForm, in view: LogView, with response: inout HTTPResponse,
        exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        var reply = AppendRequest(request)
        try parse(request, form, reply.handling)
        reply.repairs = parser.repairs
        if !parser.refusals.isEmpty { reply.leftOut = .events(parser.refusals) }
        if parser.events.isEmpty {  // a lenient batch may be
            response.writeAppended([], places: [], to: reply) { _, _ in }
            return .now
        }
        if !parser.isBatch { return try appendOne(reply, request, view, &response, exchange) }
        // Taken out for the call, so that it can change while the parser's views are in use.
        var grouping = WorkspaceGrouping()
        swap(&grouping, &self.grouping)
        defer { swap(&grouping, &self.grouping) }
        grouping.group(parser.events, in: parser.bytes)
        return try appendBatch(grouping, reply, request, view, &response, exchange)
    }

    private mutating func parse(
        _ request: borrowing HTTPRequest, _ form: BodyForm, _ handling: BodyHandling
    ) throws(Problem) {
        let format: EventFormat = form.isLines ? .ndjson : .json
        guard form.isCompressed else { return try parse(request.body, format, handling).get() }
        let decoded = try decoder.decode(request.body)
        let result = parse(decoded, format, handling)
        decoder.reuse(decoded)
        try result.get()
    }

    // A span in the function above would keep it from giving the bytes back.
    private mutating func parse(
        _ body: borrowing ByteBuffer, _ format: EventFormat, _ handling: BodyHandling
    ) -> Result<Void, Problem> {
        parse(body.span, format, handling)
    }

    private mutating func parse(
        _ body: Span<UInt8>, _ format: EventFormat, _ handling: BodyHandling
    ) -> Result<Void, Problem> {
        do throws(BodySyntaxError) {
            try parser.parse(body, format: format, workspace: .member, handling: handling)
            return .success(())
        } catch {
            return .failure(Problem(error))
        }
    }

    // MARK: One event

    private borrowing func appendOne(
        _ reply: AppendRequest, _ request: borrowing HTTPRequest, _ view: LogView, _ response: inout HTTPResponse,
        _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let event = parser.events[0]
        let draft: InlineArray<1, EventDraft> = [event.draft]
        let batch = EventBatch(bytes: parser.bytes, drafts: draft.span)
        let kind = batch.kind(at: 0)
        let payload = batch.payload(at: 0)
        let answer = try view.append(batch, to: event.workspace(in: parser.bytes)) {
            let kind = OwnedBytes(kind)
            let payload = OwnedBytes(payload)
            let later = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
            return { result in
                later.complete { response throws(Problem) in
                    response.writeAppended(try result.get(), kind: kind.span, payload: payload.span, to: reply)
                }
            }
        }
        guard case .now(let receipt) = answer else { return .later }
        response.writeAppended(receipt, kind: kind, payload: payload, to: reply)
        return .now
    }

    // MARK: A batch

    private borrowing func appendBatch(
        _ grouping: borrowing WorkspaceGrouping, _ reply: AppendRequest, _ request: borrowing HTTPRequest,
        _ view: LogView, _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let events = parser.events
        let bytes = parser.bytes
        let batches = WorkspaceBatches(bytes: bytes, drafts: grouping.drafts.span, groups: grouping.groups.span)
        let answer = try view.append(batches) { completion(grouping, reply, request, exchange) }
        guard case .now(let receipts) = answer else { return .later }
        response.writeAppended(receipts, places: grouping.places, to: reply) { index, body in
            body.append(events[index].workspace(in: bytes))
        }
        return .now
    }

    /// Writes the reply to a batch whose receipts come later.
    private borrowing func completion(
        _ grouping: borrowing WorkspaceGrouping, _ reply: AppendRequest, _ request: borrowing HTTPRequest,
        _ exchange: HTTPExchange
    ) -> ViewCompletion<[AppendReceipt]> {
        let places = grouping.places
        let later = LaterReply(exchange: exchange, instance: OwnedBytes(request.path))
        let bytes = parser.bytes
        let names = grouping.groups.map {
            OwnedBytes(bytes.extracting(Int($0.workspaceStart)..<Int($0.workspaceStart + $0.workspaceCount)))
        }
        return { result in
            later.complete { response throws(Problem) in
                response.writeAppended(try result.get(), places: places, to: reply) { index, body in
                    let name = names[Int(places[index].group)]
                    body.append(name.span)
                }
            }
        }
    }
}
