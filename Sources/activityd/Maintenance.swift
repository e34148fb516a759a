import DaemonSupport
import PosixThreads
import Synchronization

/// What has to be done now and then, whatever the requests do: it gives memory back.
///
/// Reads and appends never depend on it.
final class Maintenance: Sendable {
    /// Milliseconds between two rounds.
    private static let interval: Int32 = 5_000

    private let work: [@Sendable () -> Void]
    private let thread = Mutex<PeriodicThread?>(nil)

    /// Makes a maintenance of `work`, done in this order each round. What it frees goes back to the kernel at the
    /// round's end.
    init(_ work: [@Sendable () -> Void]) {
        self.work = work
    }

    /// Starts the rounds; false when the system has no thread or no descriptor left.
    func start() -> Bool {
        let started = PeriodicThread(everyMilliseconds: Self.interval) { [work] in
            var trimmer = HeapTrimmer()
            return {
                for piece in work { piece() }
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
