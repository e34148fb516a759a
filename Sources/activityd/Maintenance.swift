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
    private let chores: [@Sendable () -> Void]
    private let thread = Mutex<PeriodicThread?>(nil)

    /// `chores` are done in each round that gives memory back.
    init(_ logs: EventLogs, _ chores: [@Sendable () -> Void]) {
        self.logs = logs
        self.chores = chores
    }

    /// Starts the rounds; false when the system has no thread or no descriptor left.
    func start() -> Bool {
        let started = PeriodicThread(everyMilliseconds: Self.interval) { [logs, chores] in
            var trimmer = HeapTrimmer()
            var round = 0
            return {
                if logs.awaitsAnswers { logs.expireAnswers() }
                round += 1
                guard round % Self.pause == 0 else { return }
                logs.expire()
                for chore in chores { chore() }
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
