internal import ActivityLog
private import Synchronization

/// The receipts of a batch over several logs, some of which answer later.
///
/// Each log answers once; whoever delivers the last answer gets all of them and writes the reply.
final class AppendGathering: Sendable {
    private struct State {
        var receipts: [AppendReceipt?]
        var missing: Int
        var failure: EventLogError?
    }

    private let state: Mutex<State>
    private let finish: @Sendable (Result<[AppendReceipt], EventLogError>) -> Void

    /// Waits for `count` answers and one ``close()``, so that it never finishes while logs are still being asked.
    init(count: Int, finish: @escaping @Sendable (Result<[AppendReceipt], EventLogError>) -> Void) {
        state = Mutex(State(receipts: Array(repeating: nil, count: count), missing: count + 1))
        self.finish = finish
    }

    /// Takes the answer of the log at `index`.
    func take(_ result: Result<AppendReceipt, EventLogError>, at index: Int) {
        step { state in
            switch result {
            case .success(let receipt): state.receipts[index] = receipt
            case .failure(let error): state.failure = error
            }
        }
    }

    /// Says that every log has been asked.
    func close() {
        step { _ in }
    }

    private func step(_ change: (inout State) -> Void) {
        let result: Result<[AppendReceipt], EventLogError>? = state.withLock { state in
            change(&state)
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            if let failure = state.failure { return .failure(failure) }
            return .success(state.receipts.compactMap(\.self))
        }
        if let result { finish(result) }
    }
}
