import Foundation
import Synchronization

/// A server's clock that moves only when a test moves it.
final class TestClock: Sendable {
    private let milliseconds = Atomic<UInt64>(1_000_000)

    /// The reading, for ``HTTPServerConfiguration/now``.
    var now: UInt64 { milliseconds.load(ordering: .relaxed) }

    /// Lets `seconds` pass.
    func advance(seconds: UInt64) { milliseconds.add(seconds * 1000, ordering: .relaxed) }
}
