import ActivityLog
import DaemonSupport
import PosixThreads
import Synchronization

/// What has to be done now and then, whatever the requests do: it gives memory back, and tells those who wait for a store
/// that does not answer.
///
/// Reads and appends never depend on it.
final class Maintenance: Sendable {
    /// Milliseconds between two rounds.
    private static let interval: Int32 = 1_000
    /// Rounds between two in which memory is given back.
    private static let pause = 5

    private let logs: EventLogs
    private let thread = Mutex<PeriodicThread?>(nil)

    init(_ logs: EventLogs) {
        self.logs = logs
    }

    /// Starts the rounds; false when the system has no thread or no descriptor left.
    func start() -> Bool {
        let started = PeriodicThread(everyMilliseconds: Self.interval) { [logs] in
            var trimmer = HeapTrimmer()
            var round = 0
            return {
                if logs.awaitsAnswers { logs.expireAnswers() }
                round += 1
                guard round % Self.pause == 0 else { return }
                logs.expire()
                trimmer.trimIfGrown()
            }
        }
        thread.withLock { $0 = started }
        return started != nil
    }

    /// Ends the rounds and waits for the one that runs.
    func stop() {
        thread.withLock { $0.take() }?.stop()
    }
}
