import ActivityLog
import Glibc
import Synchronization
import TestSupport
import Testing

/// Topics under many threads.
@Suite struct LogTopicsRaceTests {
    /// The promise that waiting rests on: who subscribes and then reads either sees the event or is told of it.
    @Test func noWakeUpIsLostBetweenASubscriptionAndAnAppend() {
        let rounds = 20_000
        let topics = LogTopics()
        let race = Race()
        onThreads(2) { side in
            for round in 0..<rounds {
                // Both begin together, and the reader looks when the writer is through.
                race.meet(4 * round + 2)
                let subscriber = CountingSubscriber()
                var sees = true
                if side == 0 {
                    topics.subscribe(subscriber, to: "w")
                    sees = race.log.withLock { $0 } == round
                } else {
                    race.log.withLock { $0 = round }
                    topics.publish("w")
                }
                race.meet(4 * round + 4)
                if side == 0 {
                    if !sees, subscriber.count == 0 { race.lost.withLock { $0.append(round) } }
                    topics.unsubscribe(subscriber, from: "w")
                }
            }
        }
        #expect(race.lost.withLock { $0 } == [])
        #expect(topics.count == 0)
    }

    @Test func whoStaysHearsEveryPublicationWhileOthersComeAndGo() {
        let topics = LogTopics()
        let ids = ["a", "b", "c", "d"]
        let staying = ids.map { _ in CountingSubscriber() }
        for (id, subscriber) in zip(ids, staying) { topics.subscribe(subscriber, to: id) }
        let deaf = Mutex(0)
        onThreads(8) { thread in
            let guest = CountingSubscriber()
            for round in 0..<2000 {
                let id = ids[(thread + round) % ids.count]
                topics.subscribe(guest, to: id)
                let before = guest.count
                topics.publish(id)
                // Its own publication at least.
                if guest.count == before { deaf.withLock { $0 += 1 } }
                topics.unsubscribe(guest, from: id)
            }
        }
        #expect(deaf.withLock { $0 } == 0)
        #expect(staying.map(\.count) == [4000, 4000, 4000, 4000])
        #expect(topics.count == 4)
        for (id, subscriber) in zip(ids, staying) { topics.unsubscribe(subscriber, from: id) }
        #expect(topics.count == 0)
    }

    @Test func subscriptionsOfOneSubscriberOnManyThreadsAreAllEnded() {
        let topics = LogTopics()
        let subscriber = CountingSubscriber()
        onThreads(8) { _ in
            for _ in 0..<500 { topics.subscribe(subscriber, to: "w") }
        }
        topics.publish("w")
        #expect(subscriber.count == 4000)
        onThreads(8) { _ in
            for _ in 0..<500 { topics.unsubscribe(subscriber, from: "w") }
        }
        topics.publish("w")
        #expect(subscriber.count == 4000)
        #expect(topics.count == 0)
    }
}

/// An append and a subscription that meet in each round.
private final class Race: Sendable {
    /// The newest event: what the reader reads and the appender writes.
    let log = Mutex(-1)
    /// Rounds in which the reader neither saw the event nor was told.
    let lost = Mutex<[Int]>([])
    private let arrivals = Atomic(0)

    /// Waits until both sides have arrived `count` times in all; on one core the other side needs the chance to.
    func meet(_ count: Int) {
        arrivals.add(1, ordering: .acquiringAndReleasing)
        while arrivals.load(ordering: .acquiring) < count { sched_yield() }
    }
}
