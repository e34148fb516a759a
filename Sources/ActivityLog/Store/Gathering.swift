private import Synchronization

/// Several answers to one question, some of which come later.
///
/// Each place is answered once; whoever delivers the last answer hands all of them to `finish`, in the order of the places.
package final class Gathering<Answer: Sendable>: Sendable {
    private struct State {
        var answers: [Answer?]
        var missing: Int
    }

    private let state: Mutex<State>
    private let finish: @Sendable ([Answer]) -> Void

    /// Waits for `count` answers, of which the `first` are there, and one ``close()``, so that it never finishes while
    /// logs are still being asked.
    package init(count: Int, first: [Answer], finish: @escaping @Sendable ([Answer]) -> Void) {
        let missing = count - first.count
        state = Mutex(State(answers: first + Array(repeating: nil, count: missing), missing: missing + 1))
        self.finish = finish
    }

    /// Takes the answer of the log at `index`. Any thread.
    package func take(_ answer: Answer, at index: Int) {
        step { $0.answers[index] = answer }
    }

    /// Says that every log has been asked.
    package func close() {
        step { _ in }
    }

    private func step(_ change: (inout State) -> Void) {
        let answers: [Answer]? = state.withLock { state in
            change(&state)
            state.missing -= 1
            return state.missing == 0 ? state.answers.compactMap(\.self) : nil
        }
        if let answers { finish(answers) }
    }
}
