import ActivityLog
import Dispatch
import Synchronization

/// Answers that wait until a test delivers them, all from another thread, in an order of their own.
final class DeferredAnswers: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    func add(_ answer: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(answer) }
    }

    /// Delivers what waits, the last first, on another thread, and waits for that; then what was asked for meanwhile.
    func deliver() {
        while true {
            let answers = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            if answers.isEmpty { return }
            let done = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                for answer in answers.reversed() { answer() }
                done.signal()
            }
            done.wait()
        }
    }
}

/// A log as one on a disk or behind a network would be: each operation is answered later.
final class DeferredEventLog: EventLogBackend {
    private let log: any EventLogBackend
    private let answers: DeferredAnswers
    /// When set, every operation fails with it.
    let failure = Mutex<EventLogError?>(nil)

    init(_ log: any EventLogBackend, answers: DeferredAnswers) {
        self.log = log
        self.answers = answers
    }

    func append(
        _ batch: borrowing EventBatch, later: () -> LogCompletion<AppendReceipt>
    ) throws(EventLogError) -> AppendReceipt? {
        let receipt = try log.append(batch) { { _ in } }
        return answer(receipt, later())
    }

    func query(_ query: EventQuery, later: () -> LogCompletion<EventPage>) throws(EventLogError) -> EventPage? {
        let page = try log.query(query) { { _ in } }
        return answer(page, later())
    }

    func clear(later: () -> LogCompletion<Void>) throws(EventLogError) -> Void? {
        let done: Void? = try log.clear { { _ in } }
        return answer(done, later())
    }

    func stats(later: () -> LogCompletion<LogStats>) throws(EventLogError) -> LogStats? {
        let stats = try log.stats { { _ in } }
        return answer(stats, later())
    }

    func evictExpired() {}

    private func answer<Value: Sendable>(_ value: Value?, _ completion: @escaping LogCompletion<Value>) -> Value? {
        let failure = failure.withLock { $0 }
        answers.add {
            if let failure {
                completion(.failure(failure))
            } else if let value {
                completion(.success(value))
            }
        }
        return nil
    }
}
