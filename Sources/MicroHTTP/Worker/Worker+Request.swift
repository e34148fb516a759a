import ByteBuffers
import CMicroHTTPD
import Glibc
import MemoryBudget
import Problems
import Synchronization

// The life of a request: beginRequest, receiveHead, receiveBody as often as needed, answer, endRequest.

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
        if core.isObserved {
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
            return reject(.badHead(defect), connection)
        }
        if !connection.method.ignoresBody, connection.head.framing != .none || connection.method.wantsBody {
            response.reset()
            let exchange = exchange(of: connection)
            if responder.refuse(request(of: connection), with: &response, exchange: exchange) {
                counters.countRequest()
                response.closesConnection = true
                return send(connection) ? .YES : .NO
            }
        }
        if connection.head.expectation == .unknown { return reject(.unknownExpectation, connection) }
        var announced: Int? = 0
        switch connection.head.framing {
        case .none: break
        case .chunked: announced = nil
        case .length(let length):
            let isHopeless = length > settings.hardBodyBytes
            let isAsking = length > settings.maxBodyBytes && connection.head.expectation == .continue100
            if isHopeless || isAsking { return reject(.bodyTooLarge, connection) }
            announced = length
        }
        let isAffordable = connection.body.begin(
            announced: announced, most: settings.maxBodyBytes, isIgnored: connection.method.ignoresBody,
            spare: &spareBody)
        guard isAffordable else { return reject(.overloaded, connection) }
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
            connection.isSent = true
            return .NO
        }
        return .YES
    }

    /// The request is in as a whole: asks the responder.
    func answer(_ connection: Connection) -> MHD_Result {
        guard connection.advance(to: .answering, at: core.clock.milliseconds) else { return .NO }
        counters.countRequest()
        response.reset()
        if connection.body.sink == .unaffordable {
            response.write(.overloaded, instance: Span())
            return send(connection) ? .YES : .NO
        }
        let exchange = exchange(of: connection)
        let disposition = responder.respond(to: request(of: connection), with: &response, exchange: exchange)
        return carryOut(disposition, connection, exchange) ? .YES : .NO
    }

    /// The library is done with the request: answered, or the client left.
    func endRequest(on connection: Connection, _ mhd: OpaquePointer, _ code: MHD_RequestTerminationCode) {
        if core.isObserved { unsafe report(connection, mhd, code) }
        if connection.wasParked || connection.isExchangeShared { giveUpExchange(of: connection) }
        forgetAnswer(of: connection)
        connection.body.removeAll(spare: &spareBody)
        connection.finishRequest(at: core.clock.milliseconds)
    }

    /// Leaves the exchange to somebody else who holds it, and may still answer.
    private func giveUpExchange(of connection: Connection) {
        guard let exchange = connection.exchange else { return }
        parkingLot.leave(exchange)
        exchange.close()
        connection.exchange = nil
    }

    /// The exchange of the current request. One object serves all requests of a connection that are answered at once.
    private func exchange(of connection: Connection) -> HTTPExchange {
        if let exchange = connection.exchange { return exchange }
        let exchange = HTTPExchange(peer: connection.peer, listener: connection.listener)
        connection.exchange = exchange
        return exchange
    }
}
