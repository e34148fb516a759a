import ByteBuffers
import Synchronization

@testable import ActivityServer
@testable import MicroHTTP

/// A request that waits for ever, and notes when it is attempted.
struct RecordingPoll: LivePoll {
    /// The numbers of those attempted, in order.
    final class Journal: Sendable {
        private let numbers = Mutex<[Int]>([])

        func note(_ number: Int) { numbers.withLock { $0.append(number) } }

        /// What was noted since the last call.
        func take() -> [Int] {
            numbers.withLock { numbers in
                defer { numbers = [] }
                return numbers
            }
        }
    }

    let number: Int
    let workspace: String
    let journal: Journal

    var workspaces: [OwnedBytes] { [OwnedBytes(Array(workspace.utf8).span)] }

    var instance: OwnedBytes { OwnedBytes([UInt8]().span) }

    func ask(later: () -> @Sendable (Int) -> Void) -> Int? {
        journal.note(number)
        return number
    }

    func waiting(after answer: Int) -> RecordingPoll? { self }

    func write(_ answer: Int, to response: inout HTTPResponse) {}
}
