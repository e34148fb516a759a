internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// Takes `POST /events` bodies into the logs. One per worker: it owns the parser and the scratch of a batch.
struct EventAppender: ~Copyable {
    private let workspaces: WorkspaceRegistry
    private let live: LiveDelivery
    private var parser: EventParser
    private var grouping = WorkspaceGrouping()

    init(_ service: ActivityService) {
        workspaces = service.workspaces
        live = service.live
        parser = EventParser(maxEventBytes: service.limits.maxEventBytes)
    }

    /// Validates everything, then appends everything, then replies; a request that is refused has appended nothing.
    mutating func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let format = try AppendRequest.format(of: request)
        var reply = AppendRequest(request)
        do throws(BodySyntaxError) {
            try parser.parse(request.body, format: format, workspace: .member, handling: reply.handling)
        } catch {
            throw Problem(error)
        }
        reply.repairs = parser.repairs
        if !parser.refusals.isEmpty { reply.leftOut = .events(parser.refusals) }
        if parser.events.isEmpty {  // a lenient batch may be
            response.writeAppended([], places: [], to: reply) { _, _ in }
            return .now
        }
        if !parser.isBatch { return try appendOne(reply, request, &response, exchange) }
        // Taken out for the call, so that it can change while the parser's views are in use.
        var grouping = WorkspaceGrouping()
        swap(&grouping, &self.grouping)
        defer { swap(&grouping, &self.grouping) }
        grouping.group(parser.events, in: parser.bytes)
        return try appendBatch(grouping, reply, request, &response, exchange)
    }

    // MARK: One event

    private borrowing func appendOne(
        _ reply: AppendRequest, _ request: borrowing HTTPRequest, _ response: inout HTTPResponse,
        _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let event = parser.events[0]
        let draft: InlineArray<1, EventDraft> = [event.draft]
        let batch = EventBatch(bytes: parser.bytes, drafts: draft.span)
        let kind = batch.kind(at: 0)
        let payload = batch.payload(at: 0)
        let receipt: AppendReceipt?
        do throws(EventLogError) {
            let workspace = try workspaces.findOrCreate(event.workspace(in: parser.bytes))
            receipt = try workspace.log.append(batch) {
                let kind = OwnedBytes(kind)
                let payload = OwnedBytes(payload)
                let instance = OwnedBytes(request.path)
                return { [live] result in
                    var response = HTTPResponse()
                    switch result {
                    case .success(let receipt):
                        live.publish(workspace)
                        response.writeAppended(
                            receipt, kind: kind.span, payload: payload.span, to: reply)
                    case .failure(let error): response.write(Problem(error), instance: instance.span)
                    }
                    exchange.complete(response)
                }
            }
        } catch {
            throw Problem(error)
        }
        guard let receipt else { return .later }
        live.publish(event.workspace(in: parser.bytes))
        response.writeAppended(receipt, kind: kind, payload: payload, to: reply)
        return .now
    }

    // MARK: A batch

    private borrowing func appendBatch(
        _ grouping: borrowing WorkspaceGrouping, _ reply: AppendRequest, _ request: borrowing HTTPRequest,
        _ response: inout HTTPResponse,
        _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        let events = parser.events
        let bytes = parser.bytes
        let groups = grouping.groups
        do throws(EventLogError) {
            let logs = try workspaces.findOrCreate(count: groups.count) { index, use in
                use(events[groups[index].firstEvent].workspace(in: bytes))
            }
            var receipts: [AppendReceipt] = []
            receipts.reserveCapacity(logs.count)
            var gathering: Gathering<Result<AppendReceipt, EventLogError>>?
            for index in groups.indices {
                let range = groups[index].start..<(groups[index].start + groups[index].count)
                let batch = EventBatch(bytes: bytes, drafts: grouping.drafts.span.extracting(range))
                let log = logs[index]
                let receipt = try log.log.append(batch) {
                    let pending = gathering ?? makeGathering(grouping, reply, request, exchange, receipts: receipts)
                    gathering = pending
                    return { [live] result in
                        if case .success = result { live.publish(log) }
                        pending.take(result, at: index)
                    }
                }
                guard let receipt else { continue }
                live.publish(log)
                if let gathering { gathering.take(.success(receipt), at: index) } else { receipts.append(receipt) }
            }
            if let gathering {
                gathering.close()
                return .later
            }
            response.writeAppended(receipts, places: grouping.places, to: reply) { index, body in
                body.append(events[index].workspace(in: bytes))
            }
            return .now
        } catch {
            throw Problem(error)
        }
    }

    /// Collects the receipts from the first log that answers later on; `receipts` are those of the logs before it.
    private borrowing func makeGathering(
        _ grouping: borrowing WorkspaceGrouping, _ reply: AppendRequest, _ request: borrowing HTTPRequest,
        _ exchange: HTTPExchange, receipts: [AppendReceipt]
    ) -> Gathering<Result<AppendReceipt, EventLogError>> {
        let places = grouping.places
        let instance = OwnedBytes(request.path)
        let names = grouping.groups.map { OwnedBytes(parser.events[$0.firstEvent].workspace(in: parser.bytes)) }
        return Gathering(count: grouping.groups.count, first: receipts.map { .success($0) }) { answers in
            var response = HTTPResponse()
            do throws(EventLogError) {
                let receipts = try answers.map { answer throws(EventLogError) in try answer.get() }
                response.writeAppended(receipts, places: places, to: reply) { index, body in
                    let name = names[Int(places[index].group)]
                    body.append(name.span)
                }
            } catch {
                response.write(Problem(error), instance: instance.span)
            }
            exchange.complete(response)
        }
    }
}
