import ByteBuffers
import CMicroHTTPD

// What the observer is told. Without one none of this is called.

extension Worker {
    /// Tells the observer of a request that the library is done with. A stream's is told when the stream has ended.
    func report(_ connection: Connection, _ mhd: OpaquePointer, _ code: MHD_RequestTerminationCode) {
        guard connection.stage != .handedOver else { return }
        let phase = connection.currentStamp.phase
        var ending: HTTPRecord.Ending
        switch code {
        case .REQUEST_TERMINATED_COMPLETED_OK: ending = .answered
        case .REQUEST_TERMINATED_DAEMON_SHUTDOWN: ending = .stopped
        case .REQUEST_TERMINATED_TIMEOUT_REACHED: ending = .timedOut
        default: ending = .clientLeft
        }
        if connection.stage == .head || connection.stage == .body {
            // The library answers some requests by itself, and calls that an error.
            let status = UInt16(clamping: unsafe CMicroHTTPD_queuedStatus(mhd))
            if status > 0 {
                connection.noteAnswer(status: status, bodyBytes: 0)
                if ending == .clientLeft { ending = .answered }
            }
        }
        if connection.stage == .answered, connection.isSent { ending = .answered }
        if phase == .timedOut {
            connection.isTimeOutReported = true
            connection.noteAnswer(status: 408, bodyBytes: HTTPMessage.requestTimeoutBodyCount)
        }
        if phase.isOver { ending = .timedOut }
        tell(connection, ending)
    }

    /// Tells the observer of a connection that was closed with a 408 before its request line was in.
    func reportUnbegun(_ connection: Connection) {
        guard core.isObserved, connection.currentStamp.phase == .timedOut, !connection.isTimeOutReported else {
            return
        }
        connection.methodCount = 0
        connection.target.removeAll()
        connection.startedAt = ServerClock.systemNanoseconds()
        connection.noteAnswer(status: 408, bodyBytes: HTTPMessage.requestTimeoutBodyCount)
        tell(connection, .timedOut)
    }

    /// The record of a request that becomes a stream, or nil when nobody wants it.
    func streamRecord(of connection: Connection, _ exchange: HTTPExchange, headCount: Int) -> StreamRecord? {
        guard let observer = core.observer else { return nil }
        let method = unsafe Span(_unsafeElements: connection.headBytes).extracting(0..<connection.methodCount)
        let target = unsafe _overrideLifetime(connection.target.span, copying: ())
        return StreamRecord(
            observer, exchange, method: method, target: target, headCount: headCount,
            startedAt: connection.startedAt)
    }

    private func tell(_ connection: Connection, _ ending: HTTPRecord.Ending) {
        // SAFETY: the head stays in the connection's pool until the request has ended, which is after this.
        let method = unsafe Span(_unsafeElements: connection.headBytes).extracting(0..<connection.methodCount)
        let target = unsafe _overrideLifetime(connection.target.span, copying: ())
        let record = HTTPRecord(
            exchange: connection.exchange, peer: connection.peer, listener: connection.listener, method: method,
            target: target, status: connection.status, bodyBytes: connection.answerBytes,
            nanoseconds: ServerClock.systemNanoseconds() - connection.startedAt, ending: ending)
        core.observer?.requestEnded(record)
    }
}

extension HTTPMessage {
    /// Bytes of the body of a 408.
    static let requestTimeoutBodyCount = HTTPMessage(.requestTimeout, date: Span()).bodyCount
}
