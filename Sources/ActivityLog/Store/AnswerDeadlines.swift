private import Synchronization

/// Sees to it that whoever waits for a store's answer gets one in time: the store's, or that there was none.
///
/// All answers have the same time, so those that are due are at the front of one queue. Amortised O(1) an answer.
final class AnswerDeadlines: Sendable {
    private struct State {
        /// In the order of their deadlines; those that have been answered stay until they are due, or are the most.
        var waiting: [any PendingAnswer] = []
        var unanswered = 0
    }

    private let seconds: Int
    private let clock: any LogClock
    private let state = Mutex(State())

    init(seconds: Int, clock: any LogClock) {
        self.seconds = seconds
        self.clock = clock
    }

    /// Whether an answer is awaited.
    var isWaiting: Bool { state.withLock { $0.unanswered > 0 } }

    /// A completion that passes the first answer on, or ``StoreError/timedOut(seconds:)`` when that comes first.
    func watch<Value: Sendable>(_ completion: @escaping StoreCompletion<Value>) -> StoreCompletion<Value> {
        let pending = Pending(completion, deadline: clock.steady + Int64(seconds) * 1_000_000)
        state.withLock { state in
            if state.waiting.count > 64, state.waiting.count > 2 * state.unanswered {
                state.waiting.removeAll(where: \.isAnswered)
            }
            state.waiting.append(pending)
            state.unanswered += 1
        }
        return { [self] result in
            guard let completion = pending.take() else { return }
            state.withLock { $0.unanswered -= 1 }
            completion(result)
        }
    }

    /// Answers what is due.
    func expire() {
        let now = clock.steady
        let due = state.withLock { state in
            let count = state.waiting.firstIndex { $0.deadline > now } ?? state.waiting.count
            let due = Array(state.waiting[..<count])
            state.waiting.removeFirst(count)
            return due
        }
        for pending in due where pending.expire(after: seconds) { state.withLock { $0.unanswered -= 1 } }
    }
}

/// An answer that somebody waits for, of whatever type.
private protocol PendingAnswer: Sendable {
    /// On the steady clock, in microseconds.
    var deadline: Int64 { get }
    var isAnswered: Bool { get }

    /// Tells the one who waits that there was no answer; false when there was.
    func expire(after seconds: Int) -> Bool
}

private final class Pending<Value: Sendable>: PendingAnswer {
    let deadline: Int64
    private let completion: Mutex<StoreCompletion<Value>?>

    init(_ completion: @escaping StoreCompletion<Value>, deadline: Int64) {
        self.deadline = deadline
        self.completion = Mutex(completion)
    }

    /// The completion, for the first who asks.
    func take() -> StoreCompletion<Value>? {
        completion.withLock { completion in
            defer { completion = nil }
            return completion
        }
    }

    var isAnswered: Bool { completion.withLock { $0 == nil } }

    func expire(after seconds: Int) -> Bool {
        guard let completion = take() else { return false }
        completion(.failure(.timedOut(seconds: seconds)))
        return true
    }
}
