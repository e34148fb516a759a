import Foundation
import Synchronization
import TestSupport

/// Delivers deferred answers as they come, on a thread of its own, until it is stopped.
final class DeferredPump: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ answers: TestAnswers) {
        Thread.detachNewThread {
            while !self.isStopped.load(ordering: .relaxed) {
                answers.deliver()
                _ = poll(nil, 0, 1)
            }
            answers.deliver()
            self.ended.signal()
        }
    }

    /// Delivers what is left and waits for the thread.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
    }
}
