import Glibc
import Problems
import Synchronization

extension HTTPServer {
    /// How often the stop sequence looks at the connections.
    private static let stopPollMilliseconds: Int32 = 5
    /// The part of the grace, one fifth up to a second, in which requests that are still parked are answered.
    private static let parkedShare: UInt64 = 5
    private static let maxParkedMilliseconds: UInt64 = 1000

    /// Makes every answer from now on close its connection, and refuses new streams. Goes before whatever answers parked
    /// requests because of the stop.
    package func beginDraining() { core.isDraining.store(true, ordering: .sequentiallyConsistent) }

    /// Stops accepting, lets requests that are under way finish, and ends all threads. Blocks for `grace` at most.
    ///
    /// From the first moment on every answer closes its connection. Connections that wait for a request are closed at
    /// once; those in the middle of one are given until the end of the grace, then they are cut. A parked request that
    /// nobody answers is answered with 503 shortly before that end: whoever parks requests should answer them when
    /// the stop begins. A second call, or one without ``start()``, does nothing.
    package func drainAndStop(grace: Duration) {
        guard let thread = takeThread() else { return }
        // Not the server's clock: a test may have stopped that one.
        let now = ServerClock.systemMilliseconds()
        let deadline = now + grace.milliseconds
        let parkedShare = min(grace.milliseconds / HTTPServer.parkedShare, HTTPServer.maxParkedMilliseconds)
        beginDraining()
        acceptor.stopAccepting()
        if !waitForConnections(until: deadline - parkedShare) {
            answerParked()
            _ = waitForConnections(until: deadline)
        }
        // The acceptor still sweeps; it must be gone before the workers whose sockets it touches.
        acceptor.end()
        thread.join()
        for worker in workers { worker.stop() }
    }

    /// Closes connections as they become idle; true when none is left.
    private func waitForConnections(until deadline: UInt64) -> Bool {
        wait(until: deadline) {
            for worker in workers { worker.stopReadingIdleConnections() }
            return workers.allSatisfy { $0.connections.count == 0 }
        }
    }

    private func answerParked() {
        for worker in workers {
            for exchange in worker.parkingLot.close() {
                exchange.answer { response, _ in
                    response.write(.draining, instance: Span())
                    return .now
                }
            }
        }
    }

    private func wait(until deadline: UInt64, _ isDone: () -> Bool) -> Bool {
        while !isDone() {
            guard ServerClock.systemMilliseconds() < deadline else { return false }
            _ = poll(nil, 0, HTTPServer.stopPollMilliseconds)
        }
        return true
    }
}
