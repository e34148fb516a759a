import ByteBuffers
import CMicroHTTPD

extension Worker {
    /// Makes the object of a new connection and registers it.
    func open(_ mhd: OpaquePointer) -> Connection {
        let connection = unsafe Connection(
            worker: self, mhd: mhd, peer: PeerAddress(CMicroHTTPD_peer(mhd)),
            listener: Int(CMicroHTTPD_listener(mhd)), now: core.clock.milliseconds)
        // On the worker's thread, before the library reads anything: from here on it has hooks.
        // SAFETY: the library holds the connection until `close`, which ends the watch.
        unsafe CMicroHTTPD_setHooks(hooks)
        _ = unsafe CMicroHTTPD_watch(
            hooks, connection.descriptor, Unmanaged.passUnretained(connection).toOpaque())
        counters.countAccepted()
        connections.insert(connection)
        return connection
    }

    /// Forgets a connection whose socket the library is about to close.
    func close(_ connection: Connection) {
        forgetAnswer(of: connection)
        unsafe connection.mhd = nil
        unsafe CMicroHTTPD_unwatch(hooks, connection.descriptor)
        reportUnbegun(connection)
        connections.remove(connection)
        // That of a stream went with its socket.
        if !connection.isStream { ConnectionAdmission(peer: connection.peer, limits: core.limits).release() }
    }

    /// Ends what has passed its deadline. Acceptor's thread.
    ///
    /// The registry's lock is held meanwhile, so no descriptor is closed and reused under the sweeper's hands.
    func sweep(_ deadlines: Deadlines, timeoutMessage: Span<UInt8>) {
        let now = core.clock.milliseconds
        connections.forEach { connection in
            let stamp = connection.currentStamp
            switch deadlines.verdict(stamp, now: now, grain: core.grain) {
            case .keep: return
            case .checkReply:
                guard !connection.replyGoesOn(stamp, now: now, deadline: deadlines.reply),
                    connection.end(stamp, as: .expired, at: now)
                else { return }
                connection.abort()
            case .close:
                // What has come meanwhile the worker will read.
                guard CMicroHTTPD_unreadBytes(connection.descriptor) == 0,
                    connection.end(stamp, as: .expired, at: now)
                else { return }
                connection.cutOff(with: timeoutMessage.extracting(0..<0))
            case .answerTimeout:
                guard CMicroHTTPD_unreadBytes(connection.descriptor) == 0 else { return }
                // One that was never used is closed without a word.
                let isUnused = stamp.phase == .opened && CMicroHTTPD_receivedBytes(connection.descriptor) <= 0
                guard connection.end(stamp, as: isUnused ? .expired : .timedOut, at: now) else { return }
                connection.cutOff(with: isUnused ? timeoutMessage.extracting(0..<0) : timeoutMessage)
            }
            counters.countExpired()
        }
    }

    /// Stops reading on connections that wait for a request. Those in the middle of one are left to finish.
    func stopReadingIdleConnections() {
        connections.forEach { connection in
            switch connection.currentStamp.phase {
            case .opened, .idle: connection.stopReading()
            case .head, .body, .answering, .parked, .expired, .timedOut: break
            }
        }
    }

    /// Passes on what the library says about connections, but not what it says of every stream, of every client that leaves,
    /// and of every Unix socket.
    func log(_ line: String) {
        if line.hasPrefix("Application reported internal error") || line.contains("closed by remote side")
            || line.hasPrefix("Failed to push the data") || line.hasPrefix("Failed to send the response headers")
        {
            return
        }
        core.log(.debug, line.last == "\n" ? String(line.dropLast()) : line)
    }
}
