import TestSupport
import Testing

@testable import ActivityServer
@testable import MicroHTTP

/// Turn by turn: what no test over sockets can bring about at will.
@Suite struct LiveDriverTests {
    @Test func aWorkspaceThatAppearsBetweenTheReadOfTheChannelAndThatOfTheReaderIsRead() throws {
        let live = try DriverFixture()
        let peer = try live.open("w")
        live.driver.work(on: live.streams)
        try live.append("w")
        #expect(live.work())
        #expect(peer.events() == ["1"])
        try live.append("w")
        try live.change("w")
        #expect(live.work())
        #expect(peer.events() == ["2"])
    }

    @Test func aWorkspaceThatNeverRestsDoesNotKeepTheOthersOfItsStreamFromBeingRead() throws {
        let live = try DriverFixture()
        for name in ["a", "b", "c"] { try live.append(name) }
        let peer = try live.open("a", "b", "c")
        for _ in 0..<5 {
            live.driver.work(on: live.streams)
            try live.append("a")
            try live.change("a")
        }
        #expect(Set(peer.events()).isSuperset(of: ["a1", "b1", "c1"]))
        #expect(live.work())
    }

    @Test func whatWasYoungEnoughWhenTheStreamBeganIsSentHoweverLateItsTurnComes() throws {
        let live = try DriverFixture()
        for name in ["a", "b"] { try live.append(name) }
        live.logClock.advance(seconds: 20)
        for name in ["a", "b"] { try live.append(name) }
        live.logClock.advance(seconds: 5)
        let peer = try live.open("a", "b", maxAge: 10_000_000)
        live.driver.work(on: live.streams)
        #expect(peer.events() == ["a2"])
        live.logClock.advance(seconds: 50)
        live.loopClock.advance(seconds: 50)
        try live.append("b")
        live.logClock.advance(seconds: 50)
        live.loopClock.advance(seconds: 50)
        #expect(live.work())
        #expect(peer.events() == ["b2", "b3"])
    }

    @Test func requestsThatWaitAreAttemptedInTheOrderOfTheirArrivalAndOnceForAnyNumberOfChanges() throws {
        let live = try DriverFixture()
        let journal = RecordingPoll.Journal()
        for number in 0..<200 { try live.wait(RecordingPoll(number: number, workspace: "w", journal: journal)) }
        try live.wait(RecordingPoll(number: 999, workspace: "other", journal: journal))
        #expect(live.work())
        #expect(journal.take() == Array(0..<200) + [999])
        for _ in 0..<3 { try live.change("w") }
        #expect(live.work())
        #expect(journal.take() == Array(0..<200))
        #expect(live.work())
        #expect(journal.take() == [])
    }

    @Test func manyChangesBeforeItsTurnAreOneRead() throws {
        let live = try DriverFixture()
        let peer = try live.open("w")
        #expect(live.work())
        for _ in 0..<100 {
            try live.append("w")
            try live.change("w")
        }
        live.driver.work(on: live.streams)
        #expect(!live.driver.hasWork)
        #expect(peer.events().count == 100)
    }

    @Test func streamsOfManyWorkspacesLeaveInAnyOrder() throws {
        let live = try DriverFixture()
        var random = SeededGenerator(seed: 7)
        let peers = try (0..<20).map { _ in try live.open("a", "b", "c") }
        #expect(live.work())
        let ids = live.driver.readers.compactMap { $0?.stream }.shuffled(using: &random)
        for (left, stream) in ids.enumerated() {
            let reader = try #require(live.driver.reader(of: stream))
            live.driver.forget(reader)
            live.streams.close(stream)
            for following in live.driver.followings.values {
                let isInPlace = following.merged.enumerated().allSatisfy { index, entry in
                    live.driver.reader(of: entry.stream)?.merged?.places[entry.place].followerIndex == index
                }
                #expect(following.merged.count == 19 - left)
                #expect(isInPlace)
            }
        }
        #expect(live.driver.followings.isEmpty)
        withExtendedLifetime(peers) {}
    }

    @Test func aReadAsksForAboutWhatAChunkTakes() {
        var batch = LiveBatch()
        batch.note(events: 256, isFull: false)
        #expect(batch.limit == 1024)
        for _ in 0..<5 { batch.note(events: batch.limit, isFull: false) }
        #expect(batch.limit == LiveBatch.most)
        batch.note(events: 20, isFull: true)
        #expect(batch.limit == 40)
        batch.note(events: 0, isFull: true)
        #expect(batch.limit == 2)
    }
}
