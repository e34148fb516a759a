import MemoryBudget
import Synchronization
import TestSupport
import Testing

@Suite struct MemoryBudgetTests {
    private let budget = MemoryBudget(limit: 1000)

    @Test func whatIsReservedIsCountedUntilItIsReleased() {
        #expect(budget.reserve(600, for: .events))
        #expect(budget.reserve(100, for: .bodies))
        #expect(budget.used(.events) == 600)
        #expect(budget.used(.bodies) == 100)
        #expect(budget.total == 700)
        budget.release(600, for: .events)
        budget.release(100, for: .bodies)
        #expect(budget.total == 0)
    }

    @Test func nothingIsReservedBeyondTheLimit() {
        #expect(budget.reserve(1000, for: .events))
        #expect(!budget.reserve(1, for: .events))
        #expect(!budget.reserve(1, for: .bodies))
        #expect(budget.total == 1000)
        #expect(budget.used(.bodies) == 0)
    }

    @Test(arguments: [MemoryBudget.Use.bodies, .replies, .readers])
    func noUseButEventsTakesMoreThanAQuarter(use: MemoryBudget.Use) {
        #expect(budget.share(of: use) == 250)
        #expect(budget.reserve(250, for: use))
        #expect(!budget.reserve(1, for: use))
        #expect(budget.used(use) == 250)
        #expect(budget.total == 250)
        #expect(budget.reserve(750, for: .events))
    }

    @Test func eventsAreAskedToMakeRoom() {
        let asked = Mutex<[Int]>([])
        #expect(budget.reserve(950, for: .events))
        budget.relief = { [budget] bytes in
            asked.withLock { $0.append(bytes) }
            budget.release(bytes, for: .events)
        }
        #expect(budget.reserve(200, for: .bodies))
        #expect(asked.withLock { $0 } == [200])
        #expect(budget.used(.events) == 750)
        #expect(budget.total == 950)
    }

    @Test func reliefThatFreesTooLittleIsARefusal() {
        #expect(budget.reserve(1000, for: .events))
        budget.relief = { [budget] _ in budget.release(10, for: .events) }
        #expect(!budget.reserve(100, for: .bodies))
        #expect(budget.total == 990)
    }

    @Test func aFullShareIsNoReasonToGiveUpEvents() {
        #expect(budget.reserve(250, for: .bodies))
        budget.relief = { _ in Issue.record("asked to give up events") }
        #expect(!budget.reserve(1, for: .bodies))
    }

    @Test func theLimitCanBeChanged() {
        #expect(budget.reserve(800, for: .events))
        budget.limit = 500
        #expect(!budget.reserve(1, for: .events))
        budget.release(400, for: .events)
        #expect(budget.reserve(100, for: .events))
        budget.limit = 0
        #expect(budget.reserve(1 << 40, for: .events))
    }

    @Test func aReservationGivesBackWhatItHasWhenItGoes() {
        do {
            var reservation = MemoryReservation(budget, for: .bodies)
            let fits = reservation.resize(to: 200)
            let isTooMuch = !reservation.resize(to: 251)
            #expect(fits && isTooMuch)
            #expect(budget.used(.bodies) == 200)
            let shrinks = reservation.resize(to: 50)
            #expect(shrinks && budget.used(.bodies) == 50)
            reservation.resizeAnyway(to: 400)
            #expect(budget.used(.bodies) == 400)
        }
        #expect(budget.total == 0)
    }

    @Test func withoutABudgetEverythingIsGranted() {
        var reservation = MemoryReservation(nil, for: .replies)
        let isGranted = reservation.resize(to: .max)
        #expect(isGranted)
    }

    @Test func manyThreadsNeverReserveMoreThanThereIs() {
        let granted = Atomic(0)
        onThreads(4) { [budget] _ in
            for _ in 0..<10_000 where budget.reserve(7, for: .events) { granted.add(7, ordering: .relaxed) }
        }
        #expect(budget.total == granted.load(ordering: .relaxed))
        #expect(budget.total <= 1000)
        #expect(budget.total > 900)
    }
}
