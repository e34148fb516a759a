import ByteBuffers
import CMicroHTTPD
import Glibc
import MemoryBudget
import Problems
import Synchronization

// Answers are written past the library, which holds a placeholder for each and believes that it sends that: its `send` ends
// up in `librarySends`, which tells it to wait until the answer is there and has gone. See
// docs/decisions/0009-answers-are-ours.md.

extension Worker {
    // MARK: What a responder said, or a later answer did

    /// Does that; false when the connection is to be closed.
    func carryOut(_ disposition: HTTPDisposition, _ connection: Connection, _ exchange: HTTPExchange) -> Bool {
        var disposition = disposition
        while true {
            switch disposition {
            case .now: return send(connection)
            case .stream(let opening): return handOver(connection, exchange, to: opening)
            case .later:
                connection.wasParked = true
                switch exchange.park(connection, in: parkingLot) {
                case .parked: return wait(connection)
                case .answered(let render):
                    response.reset()
                    disposition = render(&response, exchange)
                case .stopping: return refuse(.draining, connection)
                }
            case .again(let next):
                connection.wasParked = true
                if exchange.postpone(next, in: parkingLot) {
                    comeBack(to: connection)
                    return wait(connection)
                }
                response.reset()
                disposition = next(&response, exchange)
            }
        }
    }

    private func wait(_ connection: Connection) -> Bool {
        connection.stage = .parked
        _ = connection.advance(to: .parked, at: core.clock.milliseconds)
        // Nobody looks at the body again, and it may be parked for long.
        connection.body.removeAll(spare: &spareBody)
        guard hold(connection, closes: false) else { return false }
        if connection.hasPeerFinished { connection.probePeer() }
        return true
    }

    /// Gives a second descriptor of the connection's socket away and lets the library close its own, which leaves the
    /// socket open: with MHD_USE_TURBO the library does not shut it down first. The library counts this as an error;
    /// what it logs about it is dropped.
    private func handOver(
        _ connection: Connection, _ exchange: HTTPExchange, to opening: any HTTPStreamOpening
    ) -> Bool {
        if core.isDraining.load(ordering: .relaxed) { return refuse(.draining, connection) }
        let descriptor = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return refuse(.noResources, connection) }
        exchange.appendCommonLines(to: &response.headerLines)
        var date = HTTPDate()
        var head = ByteBuffer(capacity: 512)
        response.status = 200
        response.appendHead(
            to: &head, date: date.bytes(at: core.clock.wallSeconds), connection: .close, length: nil)
        let socket = StreamSocket(
            descriptor: descriptor, isLocal: connection.peer == .local,
            record: streamRecord(of: connection, exchange, headCount: head.count),
            admission: ConnectionAdmission(peer: connection.peer, limits: core.limits).asStream())
        guard opening.open(socket, head: OwnedBytes(head.span)) else {
            connection.isStream = !socket.cancel()
            return refuse(.draining, connection)
        }
        connection.stage = .handedOver
        connection.isStream = true
        return false
    }

    // MARK: Sending

    /// Sends `response` as the answer to the current request, at once as far as it fits into the socket.
    func send(_ connection: Connection) -> Bool {
        connection.stage = .answered
        if core.isDraining.load(ordering: .relaxed) { response.closesConnection = true }
        let held = response.heldBytes
        if held > 0, !connection.reply.resize(to: held) {
            if response.isCommitted {
                connection.reply.resizeAnyway(to: held)
            } else {
                let closes = response.closesConnection
                response.write(.overloaded, instance: Span())
                response.closesConnection = closes
            }
        }
        connection.exchange?.appendCommonLines(to: &response.headerLines)
        if core.isObserved { connection.noteAnswer(status: response.status, bodyBytes: response.bodyCount) }
        let option = connection.option(closes: response.closesConnection)
        guard hold(connection, closes: option == .close) else { return false }
        return Worker.write(
            &response, to: connection, option, date: &date, at: core.clock.wallSeconds, scratch: &scratch)
    }

    /// Refuses a request, and counts that.
    func reject(_ problem: Problem, _ connection: Connection) -> MHD_Result {
        counters.countRejected()
        return refuse(problem, connection) ? .YES : .NO
    }

    /// Answers with a problem and closes the connection.
    func refuse(_ problem: Problem, _ connection: Connection) -> Bool {
        response.write(problem, instance: Span())
        response.closesConnection = true
        return send(connection)
    }

    /// Bodies up to this size are copied behind their head.
    private static let copiedBodyBytes = 4096

    /// Writes an answer. What is left of it stays with the connection; false when the peer is gone. Takes what are
    /// properties of one object apart.
    private static func write(
        _ response: inout HTTPResponse, to connection: Connection, _ option: ConnectionOption, date: inout HTTPDate,
        at seconds: Int, scratch: inout ByteBuffer
    ) -> Bool {
        let count = response.bodyCount
        let hasBody = count > 0 && connection.method != .head && response.announcesLength
        scratch.removeAll(keepingAtMost: 65_536)
        response.appendHead(
            to: &scratch, date: date.bytes(at: seconds), connection: option,
            length: response.announcesLength ? count : nil)
        if hasBody, response.parts.isEmpty, response.produced == nil, count <= copiedBodyBytes {
            scratch.append(response.body.span)
            return send(scratch, of: &response, hasBody: false, to: connection)
        }
        guard hasBody else { return send(scratch, of: &response, hasBody: false, to: connection) }
        if response.parts.isEmpty, response.produced == nil {
            let sent = sendBoth(scratch.span, response.body.span, to: connection.descriptor)
            guard sent >= 0 || errno == EAGAIN || errno == EINTR || errno == ENOBUFS else { return false }
            if sent == scratch.count + count { return true }
            connection.outgoing = OutgoingAnswer(
                head: scratch.span, of: &response, hasBody: true, sent: max(sent, 0))
            return true
        }
        let outgoing = OutgoingAnswer(head: scratch.span, of: &response, hasBody: true, sent: 0)
        response.parts = []
        response.produced = nil
        connection.outgoing = outgoing
        return true
    }

    private static func send(
        _ bytes: borrowing ByteBuffer, of response: inout HTTPResponse, hasBody: Bool, to connection: Connection
    ) -> Bool {
        let sent = bytes.span.withUnsafeBytes {
            unsafe CMicroHTTPD_send(connection.descriptor, $0.baseAddress, $0.count)
        }
        guard sent >= 0 || errno == EAGAIN || errno == EINTR || errno == ENOBUFS else { return false }
        if sent < bytes.count {
            connection.outgoing = OutgoingAnswer(
                head: bytes.span, of: &response, hasBody: hasBody, sent: max(sent, 0))
        }
        return true
    }

    private static func sendBoth(_ head: Span<UInt8>, _ body: Span<UInt8>, to descriptor: Int32) -> Int {
        head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                // SAFETY: sendmsg only reads what is at the addresses.
                var pieces: InlineArray<2, iovec> = [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count),
                ]
                return unsafe withUnsafePointer(to: &pieces) { pieces in
                    unsafe pieces.withMemoryRebound(to: iovec.self, capacity: 2) {
                        unsafe CMicroHTTPD_sendPieces(descriptor, $0, 2)
                    }
                }
            }
        }
    }

    /// Gives the library something to send, unless it has it; false when it does not take it.
    private func hold(_ connection: Connection, closes: Bool) -> Bool {
        if connection.isHeld {
            // It is too late to tell the library: it is told that the peer is gone when the answer has been sent.
            connection.closesAfterAnswer = closes
            return true
        }
        guard let mhd = unsafe connection.mhd, let placeholder = unsafe closes ? closing : keeping else { return false }
        connection.isHeld = true
        return unsafe MHD_queue_response(mhd, 204, placeholder) == .YES
    }

    /// Drops what is left of the answer, and gives back what it held.
    func forgetAnswer(of connection: Connection) {
        connection.outgoing = nil
        connection.isHeld = false
        connection.closesAfterAnswer = false
        if connection.reply.bytes > 0 { _ = connection.reply.resize(to: 0) }
    }

    // MARK: What the library is told

    /// The library sends the head of a placeholder, or what it has to say itself. Returns what becomes of that.
    func librarySends(_ bytes: Span<UInt8>, on connection: Connection) -> Int {
        switch connection.stage {
        case .parked:
            guard let exchange = connection.exchange, let render = exchange.takeAnswer(leaving: parkingLot) else {
                return CMICROHTTPD_WAIT
            }
            guard connection.advance(to: .answering, at: core.clock.milliseconds) else { return CMICROHTTPD_CLOSE }
            response.reset()
            guard carryOut(render(&response, exchange), connection, exchange) else { return CMICROHTTPD_CLOSE }
            return connection.stage == .answered ? sendOn(connection) : CMICROHTTPD_WAIT
        case .answered: return sendOn(connection)
        case .handedOver: return CMICROHTTPD_CLOSE
        case .idle, .head, .body: return CMICROHTTPD_PASS
        }
    }

    private func sendOn(_ connection: Connection) -> Int {
        if let outgoing = connection.outgoing {
            switch outgoing.advance(connection.descriptor) {
            case .sent: connection.outgoing = nil
            case .waiting: return CMICROHTTPD_WAIT
            case .more:
                comeBack(to: connection)
                return CMICROHTTPD_WAIT
            case .failed: return CMICROHTTPD_CLOSE
            }
        }
        connection.isSent = true
        return connection.closesAfterAnswer ? CMICROHTTPD_CLOSE : CMICROHTTPD_SENT
    }

    // MARK: Turns

    /// Lets a waiting connection be looked at in the next turn. Any thread.
    func wake(_ connection: Connection) {
        inbox.withLock { $0.append(connection) }
        if unsafe !CMicroHTTPD_wantTurn(hooks, true) { wakeUp.raise() }
    }

    /// Comes back to a connection in the next turn. Worker's thread.
    private func comeBack(to connection: Connection) {
        readyNext.append(connection)
        _ = unsafe CMicroHTTPD_wantTurn(hooks, true)
    }

    /// Fills `room` with connections whose answer is there, or goes on. Before the library waits.
    func takeTurn(into room: UnsafeMutableBufferPointer<OpaquePointer?>) -> Int {
        // Before the look into the inbox: what comes after it wants a turn of its own.
        _ = unsafe CMicroHTTPD_wantTurn(hooks, false)
        inbox.withLock { inbox in
            readyNext.append(contentsOf: inbox)
            inbox.removeAll(keepingCapacity: true)
        }
        var count = 0
        var taken = 0
        for connection in readyNext {
            guard count < room.count else { break }
            taken += 1
            guard let mhd = unsafe connection.mhd, connection.stage == .parked || connection.outgoing != nil else {
                continue
            }
            unsafe room[count] = mhd
            count += 1
        }
        readyNext.removeFirst(taken)
        if !readyNext.isEmpty { _ = unsafe CMicroHTTPD_wantTurn(hooks, true) }
        return count
    }

    /// The peer has finished sending, or is gone; returns the events that the library hears of.
    func peerEnded(_ connection: Connection, _ events: UInt32) -> UInt32 {
        if events & EPOLLRDHUP.rawValue != 0 {
            connection.hasPeerFinished = true
            if connection.stage == .parked { connection.probePeer() }
        }
        guard connection.stage == .parked else { return events }
        // Whoever answers finds out: until then somebody may watch this socket.
        return events & ~(EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLPRI.rawValue)
    }
}
