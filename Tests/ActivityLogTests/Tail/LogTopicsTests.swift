import ActivityLog
import Testing

@Suite struct LogTopicsTests {
    private let topics = LogTopics()

    @Test func aPublicationReachesEachSubscriberOfItsWorkspaceAndNobodyElse() {
        let subscribers = (0..<3).map { _ in CountingSubscriber() }
        let other = CountingSubscriber()
        for subscriber in subscribers { topics.subscribe(subscriber, to: "w") }
        topics.subscribe(other, to: "w2")
        topics.publish("w")
        topics.publish("w")
        topics.publish("W")
        topics.publish("")
        #expect(subscribers.map(\.count) == [2, 2, 2])
        #expect(other.count == 0)
        #expect(topics.count == 2)
    }

    @Test func aPublicationWithoutSubscribersDoesNothing() {
        topics.publish("w")
        #expect(topics.count == 0)
    }

    @Test func nothingComesAfterASubscriptionHasEnded() {
        let (leaving, staying) = (CountingSubscriber(), CountingSubscriber())
        topics.subscribe(leaving, to: "w")
        topics.subscribe(staying, to: "w")
        topics.unsubscribe(leaving, from: "w")
        topics.publish("w")
        #expect(leaving.count == 0)
        #expect(staying.count == 1)
        topics.unsubscribe(staying, from: "w")
        #expect(topics.count == 0)
        topics.publish("w")
        #expect(staying.count == 1)
    }

    @Test func aSubscriberIsToldOncePerSubscription() {
        let subscriber = CountingSubscriber()
        topics.subscribe(subscriber, to: "w")
        topics.subscribe(subscriber, to: "w")
        topics.publish("w")
        #expect(subscriber.count == 2)
        topics.unsubscribe(subscriber, from: "w")
        topics.publish("w")
        #expect(subscriber.count == 3)
    }

    @Test func theEndOfASubscriptionThatNeverWasChangesNothing() {
        let (subscriber, stranger) = (CountingSubscriber(), CountingSubscriber())
        topics.subscribe(subscriber, to: "w")
        for _ in 0..<3 {
            topics.unsubscribe(stranger, from: "w")
            topics.unsubscribe(subscriber, from: "elsewhere")
        }
        topics.publish("w")
        #expect(subscriber.count == 1)
        #expect(topics.count == 1)
    }

    @Test func tenThousandWorkspacesAreKeptApart() {
        let subscribers = (0..<10_000).map { _ in CountingSubscriber() }
        for (index, subscriber) in subscribers.enumerated() { topics.subscribe(subscriber, to: "workspace-\(index)") }
        #expect(topics.count == 10_000)
        for index in stride(from: 0, to: 10_000, by: 2) { topics.publish("workspace-\(index)") }
        #expect(subscribers.enumerated().allSatisfy { $1.count == ($0 % 2 == 0 ? 1 : 0) })
        for (index, subscriber) in subscribers.enumerated() {
            topics.unsubscribe(subscriber, from: "workspace-\(index)")
        }
        #expect(topics.count == 0)
    }

    @Test func aSubscriberMayChangeSubscriptionsWhileItIsTold() {
        let late = CountingSubscriber()
        let first = CallingSubscriber { [topics] own in
            topics.unsubscribe(own, from: "w")
            topics.subscribe(late, to: "w")
        }
        topics.subscribe(first, to: "w")
        topics.publish("w")
        #expect(late.count == 0)
        topics.publish("w")
        #expect(late.count == 1)
    }

    @Test func workspacesWhoseHashesCollideAreKeptApart() {
        let ids = ["a", "b", "c"]
        let subscribers = ids.map { _ in CountingSubscriber() }
        for (id, subscriber) in zip(ids, subscribers) { topics.subscribe(subscriber, to: id, hash: 7) }
        #expect(topics.count == 3)
        topics.publish("b", hash: 7)
        topics.publish("d", hash: 7)
        #expect(subscribers.map(\.count) == [0, 1, 0])
        // From the middle of the chain; nobody of that name is in it any more.
        topics.unsubscribe(subscribers[1], from: "b", hash: 7)
        topics.unsubscribe(subscribers[1], from: "b", hash: 7)
        #expect(topics.count == 2)
        for id in ids { topics.publish(id, hash: 7) }
        #expect(subscribers.map(\.count) == [1, 1, 1])
        topics.unsubscribe(subscribers[2], from: "c", hash: 7)
        topics.unsubscribe(subscribers[0], from: "a", hash: 7)
        #expect(topics.count == 0)
    }
}
