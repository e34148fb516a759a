import ByteBuffers
import CMicroHTTPD
import Glibc
import MemoryBudget
import Problems
import Synchronization

// The life of a request: beginRequest, receiveHead, receiveBody as often as needed, answer (or answerParked), endRequest.

extension Worker {
    /// A request line is in. Keeps the raw target, which the library takes apart in place right after this.
    func beginRequest(on connection: Connection, target: UnsafePointer<CChar>, count: Int) {
        connection.stage = .head
        connection.methodCount = 0
        if generation != core.generation {
            generation = core.generation
            settings = core.settings
        }
        connection.status = 0
        connection.exchange?.beginRequest()
        if core.observer != nil {
            connection.startedAt = ServerClock.systemNanoseconds()
            _ = exchange(of: connection)
        }
        connection.target.removeAll(keepingAtMost: 4096)
        // SAFETY: `target` has `count` bytes before its NUL.
        unsafe target.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            connection.target.append(unsafe Span(_unsafeStart: bytes, count: count))
        }
        _ = connection.advance(to: .head, at: core.clock.milliseconds)
    }

    /// The head is in. Checks it and decides about the body; an answer queued here closes the connection, so there is
    /// one only when the request is refused.
    func receiveHead(
        of connection: Connection, _ mhd: OpaquePointer, target: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> MHD_Result {
        if let defect = unsafe check(connection, mhd, target: target, method: method, version: version) {
            return unsafe reject(.badHead(defect), connection, mhd)
        }
        if !connection.method.ignoresBody, connection.head.framing != .none || connection.method.wantsBody {
            response.reset()
            let exchange = exchange(of: connection)
            if responder.refuse(request(of: connection), with: &response, exchange: exchange) {
                counters.countRequest()
                response.closesConnection = true
                return unsafe send(connection, mhd)
            }
        }
        if connection.head.expectation == .unknown { return unsafe reject(.unknownExpectation, connection, mhd) }
        var announced: Int? = 0
        switch connection.head.framing {
        case .none: break
        case .chunked: announced = nil
        case .length(let length):
            let isHopeless = length > settings.hardBodyBytes
            let isAsking = length > settings.maxBodyBytes && connection.head.expectation == .continue100
            if isHopeless || isAsking { return unsafe reject(.bodyTooLarge, connection, mhd) }
            announced = length
        }
        let isAffordable = connection.body.begin(
            announced: announced, most: settings.maxBodyBytes, isIgnored: connection.method.ignoresBody,
            spare: &spareBody)
        guard isAffordable else { return unsafe reject(.overloaded, connection, mhd) }
        connection.stage = .body
        if announced != 0 { _ = connection.advance(to: .body, at: core.clock.milliseconds) }
        return .YES
    }

    /// A piece of the body is in.
    func receiveBody(of connection: Connection, _ data: UnsafeRawBufferPointer) -> MHD_Result {
        // SAFETY: `data` is the library's buffer, valid for the call.
        connection.body.append(unsafe Span(_unsafeElements: data.assumingMemoryBound(to: UInt8.self)))
        if connection.body.received > settings.hardBodyBytes {
            // The library takes no response here; the client is told past it.
            guard connection.advance(to: .answering, at: core.clock.milliseconds) else { return .NO }
            counters.countRejected()
            connection.stage = .answered
            var date = HTTPDate()
            let message = HTTPMessage(.bodyTooLarge, date: date.bytes(at: core.clock.wallSeconds))
            connection.send(message.bytes.span)
            connection.noteAnswer(status: 413, bodyBytes: message.bodyCount)
            connection.isAnsweredByHand = true
            return .NO
        }
        return .YES
    }

    /// The request is in as a whole: asks the responder.
    func answer(_ connection: Connection, _ mhd: OpaquePointer) -> MHD_Result {
        guard connection.advance(to: .answering, at: core.clock.milliseconds) else { return .NO }
        counters.countRequest()
        response.reset()
        if connection.body.sink == .unaffordable {
            response.write(.overloaded, instance: Span())
            return unsafe send(connection, mhd)
        }
        let exchange = exchange(of: connection)
        let disposition = responder.respond(to: request(of: connection), with: &response, exchange: exchange)
        return unsafe carryOut(disposition, connection, mhd, exchange)
    }

    /// The connection was resumed: renders the answer that its exchange holds.
    func answerParked(_ connection: Connection, _ mhd: OpaquePointer) -> MHD_Result {
        guard let exchange = connection.exchange, let render = exchange.takeAnswer(leaving: parkingLot) else {
            return .NO
        }
        guard connection.advance(to: .answering, at: core.clock.milliseconds) else { return .NO }
        response.reset()
        return unsafe carryOut(render(&response, exchange), connection, mhd, exchange)
    }

    /// The library is done with the request: answered, or the client left.
    func endRequest(on connection: Connection, _ mhd: OpaquePointer, _ code: MHD_RequestTerminationCode) {
        if core.observer != nil { unsafe report(connection, mhd, code) }
        // Somebody else holds it, and may still answer.
        if let exchange = connection.exchange, connection.wasParked || connection.isExchangeShared {
            parkingLot.leave(exchange)
            exchange.close()
            connection.exchange = nil
        }
        releaseResponse(of: connection)
        connection.body.removeAll(spare: &spareBody)
        connection.finishRequest(at: core.clock.milliseconds)
    }

    /// Takes back the response that answered the request, if it is one of those used again, and what it held.
    func releaseResponse(of connection: Connection) {
        if connection.reply.bytes > 0 { _ = connection.reply.resize(to: 0) }
        guard let place = connection.reusedPlace else { return }
        reusable.release(place)
        connection.reusedPlace = nil
    }

    /// The exchange of the current request. One object serves all requests of a connection that are answered at once.
    private func exchange(of connection: Connection) -> HTTPExchange {
        if let exchange = connection.exchange { return exchange }
        let exchange = HTTPExchange(peer: connection.peer, listener: connection.listener)
        connection.exchange = exchange
        return exchange
    }

    /// Does what the responder said, or what a later answer did.
    private func carryOut(
        _ disposition: HTTPDisposition, _ connection: Connection, _ mhd: OpaquePointer, _ exchange: HTTPExchange
    ) -> MHD_Result {
        var disposition = disposition
        while true {
            let parking: HTTPExchange.Parking
            switch disposition {
            case .now: return unsafe send(connection, mhd)
            case .stream(let opening): return unsafe handOver(connection, mhd, exchange, to: opening)
            case .later: parking = unsafe exchange.park(mhd, in: parkingLot)
            case .again(let next): parking = unsafe exchange.park(mhd, in: parkingLot, until: next)
            }
            connection.wasParked = true
            switch parking {
            case .parked:
                connection.stage = .parked
                _ = connection.advance(to: .parked, at: core.clock.milliseconds)
                // Nobody looks at the body again, and it may be parked for long.
                connection.body.removeAll(spare: &spareBody)
                return .YES
            case .answered(let render):
                response.reset()
                disposition = render(&response, exchange)
            case .stopping: return unsafe refuse(.draining, connection, mhd)
            }
        }
    }

    /// Gives a second descriptor of the connection's socket away and lets the library close its own, which leaves the
    /// socket open: with MHD_USE_TURBO the library does not shut it down first. The library counts this as an error of
    /// the application; what it logs about it is dropped.
    private func handOver(
        _ connection: Connection, _ mhd: OpaquePointer, _ exchange: HTTPExchange, to opening: any HTTPStreamOpening
    ) -> MHD_Result {
        if core.isDraining.load(ordering: .relaxed) { return unsafe refuse(.draining, connection, mhd) }
        let descriptor = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return unsafe refuse(.noResources, connection, mhd) }
        exchange.appendCommonLines(to: &response.headerLines)
        let head = response.streamHead(date: date.bytes(at: core.clock.wallSeconds))
        let socket = StreamSocket(
            descriptor: descriptor, isLocal: connection.peer == .local,
            record: streamRecord(of: connection, exchange, headCount: head.array.count),
            admission: ConnectionAdmission(peer: connection.peer, limits: core.limits).asStream())
        guard opening.open(socket, head: head) else {
            connection.isStream = !socket.cancel()
            return unsafe refuse(.draining, connection, mhd)
        }
        connection.stage = .handedOver
        connection.isStream = true
        return .NO
    }

    /// Queues `response` as the answer to the current request.
    private func send(_ connection: Connection, _ mhd: OpaquePointer) -> MHD_Result {
        connection.stage = .answered
        if core.isDraining.load(ordering: .relaxed) { response.closesConnection = true }
        connection.exchange?.appendCommonLines(to: &response.headerLines)
        let held = response.heldBytes
        if held > 0, !connection.reply.resize(to: held) {
            if response.isCommitted {
                connection.reply.resizeAnyway(to: held)
            } else {
                response.write(.overloaded, instance: Span())
                connection.exchange?.appendCommonLines(to: &response.headerLines)
            }
        }
        if core.observer != nil { connection.noteAnswer(status: response.status, bodyBytes: response.bodyCount) }
        return unsafe Worker.queue(
            &response, on: mhd, of: connection, reusable: &reusable, date: &date, at: core.clock.wallSeconds,
            usesHeaderBlock: core.usesHeaderBlock)
    }

    /// Queues a response, in one of those used again if it can be. Takes what are properties of one object apart.
    private static func queue(
        _ response: inout HTTPResponse, on mhd: OpaquePointer, of connection: Connection,
        reusable: inout ReusableResponses, date: inout HTTPDate, at seconds: Int, usesHeaderBlock: Bool
    ) -> MHD_Result {
        let date = date.bytes(at: seconds)
        if usesHeaderBlock, let queued = unsafe reusable.queue(response, on: mhd, date: date) {
            connection.reusedPlace = queued.place
            return queued.result
        }
        return unsafe response.queue(on: mhd, usesHeaderBlock: usesHeaderBlock, date: date)
    }

    private func reject(_ problem: Problem, _ connection: Connection, _ mhd: OpaquePointer) -> MHD_Result {
        counters.countRejected()
        return unsafe refuse(problem, connection, mhd)
    }

    /// Answers with a problem and closes the connection.
    private func refuse(_ problem: Problem, _ connection: Connection, _ mhd: OpaquePointer) -> MHD_Result {
        response.write(problem, instance: Span())
        response.closesConnection = true
        return unsafe send(connection, mhd)
    }

    /// Collects what the library knows of the head and checks it.
    private func check(
        _ connection: Connection, _ mhd: OpaquePointer, target: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> HeadDefect? {
        let count = unsafe CMicroHTTPD_headBytes(mhd)
        let start = unsafe UnsafeRawPointer(method).assumingMemoryBound(to: UInt8.self)
        // SAFETY: the head lies in the connection's pool, from the method on, and stays there until the request ends.
        unsafe connection.headBytes = UnsafeBufferPointer(start: start, count: count)
        var collector = unsafe LineCollector(head: UnsafeRawPointer(start), room: lines)
        unsafe withUnsafeMutablePointer(to: &collector) { collector in
            _ = unsafe MHD_get_connection_values_n(mhd, MHD_ValueKind.HEADER_KIND, LineCollector.collect, collector)
        }
        guard collector.count <= lines.count else { return .tooManyFields }
        connection.methodCount = unsafe strlen(method)
        let layout = unsafe HeadLayout(
            methodCount: connection.methodCount, targetOffset: UnsafeRawPointer(target) - UnsafeRawPointer(start),
            versionOffset: UnsafeRawPointer(version) - UnsafeRawPointer(start), versionCount: strlen(version))
        // SAFETY: the collector initialised the first `count` lines.
        let lines = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: self.lines[0..<collector.count]))
        let head = unsafe Span(_unsafeElements: connection.headBytes)
        if let defect = connection.head.check(
            head, layout: layout, target: connection.target.span, lines: lines,
            checksStructure: core.checksHeadStructure)
        {
            return defect
        }
        connection.method = HTTPMethod(head.extracting(0..<connection.methodCount))
        connection.parts = HTTPTargetParts(connection.target.span)
        return connection.parts.isWellFormed || connection.method == .other ? nil : .target
    }

    /// A view of the current request.
    ///
    /// SAFETY: the view points into buffers of the connection that live and stay unchanged until the request ends. The
    /// callers hand it to the responder as a borrowed argument, and a view that cannot escape ends with that call.
    @_lifetime(immortal)
    private func request(of connection: Connection) -> HTTPRequest {
        let head = unsafe _overrideLifetime(Span(_unsafeElements: connection.headBytes), copying: ())
        let target = unsafe _overrideLifetime(connection.target.span, copying: ())
        let body = unsafe _overrideLifetime(connection.body.bytes.span, copying: ())
        return HTTPRequest(
            method: connection.method, methodName: head.extracting(0..<connection.methodCount), target: target,
            parts: connection.parts, head: head, fields: connection.head.fields, framing: connection.head.framing,
            body: body, bodyOutcome: connection.body.sink == .overflow ? .tooLarge : .complete)
    }
}
