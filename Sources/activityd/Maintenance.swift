import ActivityLog
import DaemonSupport
import Dispatch

/// Gives memory back: of expired events also where nobody appends or reads any more, and what is free after a burst.
final class Maintenance {
    /// Seconds between two rounds. Reads and appends never depend on it: they evict by themselves.
    private static let interval = 5

    private let timer: any DispatchSourceTimer
    private let logs: EventLogs

    init(logs: EventLogs) {
        self.logs = logs
        let queue = DispatchQueue(label: "maintenance", qos: .background)
        timer = DispatchSource.makeTimerSource(queue: queue)
    }

    func start() {
        timer.schedule(
            deadline: .now() + .seconds(Self.interval), repeating: .seconds(Self.interval), leeway: .seconds(1))
        var trimmer = HeapTrimmer()
        timer.setEventHandler { [logs] in
            logs.expire()
            logs.expireAnswers()
            trimmer.trimIfGrown()
        }
        timer.activate()
    }

    func stop() {
        timer.cancel()
    }
}
