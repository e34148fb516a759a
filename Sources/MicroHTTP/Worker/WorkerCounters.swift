import Synchronization

/// Counts of one worker. Only its thread adds, so an addition needs no locked instruction; any thread reads.
final class WorkerCounters: Sendable {
    private let accepted = Atomic(0)
    private let requests = Atomic(0)
    private let rejected = Atomic(0)
    /// Added to by the sweeper, which is one thread.
    private let expired = Atomic(0)

    func countAccepted() { WorkerCounters.increment(accepted) }
    func countRequest() { WorkerCounters.increment(requests) }
    func countRejected() { WorkerCounters.increment(rejected) }
    func countExpired() { WorkerCounters.increment(expired) }

    /// Adds these counts to `statistics`.
    func add(to statistics: inout HTTPServerStatistics) {
        statistics.acceptedConnections += accepted.load(ordering: .relaxed)
        statistics.requests += requests.load(ordering: .relaxed)
        statistics.rejectedRequests += rejected.load(ordering: .relaxed)
        statistics.expiredConnections += expired.load(ordering: .relaxed)
    }

    private static func increment(_ counter: borrowing Atomic<Int>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }
}
