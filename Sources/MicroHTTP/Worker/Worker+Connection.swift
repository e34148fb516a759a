import ByteBuffers
import CMicroHTTPD

extension Worker {
    /// Makes the object of a new connection and registers it.
    func open(_ mhd: OpaquePointer) -> Connection {
        let connection = unsafe Connection(
            worker: self, descriptor: CMicroHTTPD_descriptor(mhd), peer: PeerAddress(CMicroHTTPD_peer(mhd)),
            listener: Int(CMicroHTTPD_listener(mhd)), now: core.clock.milliseconds)
        counters.countAccepted()
        connections.insert(connection)
        return connection
    }

    /// Forgets a connection whose socket the library is about to close.
    func close(_ connection: Connection) {
        releaseResponse(of: connection)
        reportUnbegun(connection)
        connections.remove(connection)
        // That of a stream went with its socket.
        if !connection.isStream { ConnectionAdmission(peer: connection.peer, limits: core.limits).release() }
    }

    /// Ends what has passed its deadline. Acceptor's thread.
    ///
    /// The registry's lock is held meanwhile, so no descriptor is closed and reused under the sweeper's hands.
    func sweep(timeoutMessage: Span<UInt8>) {
        let now = core.clock.milliseconds
        connections.forEach { connection in
            let stamp = connection.currentStamp
            let verdict = core.deadlines.verdict(stamp, now: now) {
                CMicroHTTPD_receivedBytes(connection.descriptor) > 0
            }
            switch verdict {
            case .keep: return
            case .close:
                guard connection.end(stamp, as: .expired, at: now) else { return }
                connection.cutOff(with: timeoutMessage.extracting(0..<0))
            case .answerTimeout:
                guard connection.end(stamp, as: .timedOut, at: now) else { return }
                connection.cutOff(with: timeoutMessage)
            }
            counters.countExpired()
        }
    }

    /// Stops reading on connections that wait for a request. Those in the middle of one are left to finish.
    func stopReadingIdleConnections() {
        connections.forEach { connection in
            switch connection.currentStamp.phase {
            case .opened, .idle: connection.stopReading()
            case .head, .body, .answering, .expired, .timedOut: break
            }
        }
    }

    /// Passes on what the library says about connections, but not what it says of every stream, of every client that leaves,
    /// and of every Unix socket.
    func log(_ line: String) {
        if line.hasPrefix("Application reported internal error") || line.contains("closed by remote side")
            || line.hasPrefix("Failed to push the data")
        {
            return
        }
        core.log(.debug, line.last == "\n" ? String(line.dropLast()) : line)
    }
}
