import Foundation

/// Runs `body` on `count` threads at once, each with its number from 0 on, and waits for all of them.
///
/// Threads of their own, not a pool's: they may wait for one another on a machine of any size.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let running = DispatchGroup()
    for number in 0..<count {
        running.enter()
        Thread.detachNewThread {
            defer { running.leave() }
            body(number)
        }
    }
    running.wait()
}
