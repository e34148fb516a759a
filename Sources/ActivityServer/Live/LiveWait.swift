internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// One parked request. Used by its loop's thread only.
final class LiveWait {
    let number: UInt64
    let exchange: HTTPExchange
    /// What to ask next.
    var poll: any LivePoll
    /// Whether it is in its loop's ``LiveWork``.
    var isDue = false
    /// Whether an attempt is under way.
    var isAttempting = false
    /// Whether a log changed since that attempt began.
    var isStale = false
    /// Whether the next attempt answers whatever it finds.
    var isOver = false
    private let ticket: LiveTicket

    init(number: UInt64, exchange: HTTPExchange, poll: any LivePoll, ticket: LiveTicket) {
        self.number = number
        self.exchange = exchange
        self.poll = poll
        self.ticket = ticket
    }
}

// Requests that wait. They cost nothing until a log that they wait for changes, their time is over, or their peer leaves.

extension LiveDriver {
    /// The grain of deadlines, in milliseconds.
    private static var dueMilliseconds: UInt64 { 250 }

    /// Takes a request in. It is attempted at once: something may have been appended since its first read.
    func wait(
        with poll: any LivePoll, _ exchange: HTTPExchange, until deadline: UInt64, _ seat: LiveSeat,
        on streams: StreamTable
    ) {
        let wait = LiveWait(
            number: newNumber(), exchange: exchange, poll: poll, ticket: LiveTicket(seat, of: admission))
        waits[wait.number] = wait
        for workspace in poll.workspaces { follow(workspace).waits[wait.number] = wait }
        if lastDue == nil { lastDue = streams.now / Self.dueMilliseconds }
        if deadline > streams.now {
            due[deadline / Self.dueMilliseconds + 1, default: []].append(wait.number)
        } else {
            wait.isOver = true
        }
        unwatched.append(wait.number)
        add(.wait(wait))
    }

    /// Reads for a request that waits.
    func attempt(_ wait: LiveWait) {
        guard waits[wait.number] === wait else { return }
        guard !wait.isAttempting else {
            wait.isStale = true
            return
        }
        wait.isAttempting = true
        wait.isStale = false
        let (number, exchange) = (wait.number, wait.exchange)
        let outcome = wait.poll.attempt(isLast: wait.isOver, exchange: exchange) { [loop] outcome in
            guard !loop.send(.attempted(wait: number, outcome)), case .waiting(let next) = outcome else { return }
            // The loop has ended meanwhile: nobody else will answer.
            _ = next.attempt(isLast: true, exchange: exchange) { _ in }
        }
        if let outcome { take(outcome, of: number) }
    }

    func take(_ outcome: LivePollOutcome, of number: UInt64) {
        guard let wait = waits[number] else { return }
        wait.isAttempting = false
        switch outcome {
        case .answered:
            waits[number] = nil
            for workspace in wait.poll.workspaces {
                followings[workspace]?.waits[number] = nil
                unfollowIfUnused(workspace)
            }
        case .waiting(let next):
            wait.poll = next
            if wait.isStale { add(.wait(wait)) }
        }
    }

    /// Ends the waits whose time is over, and watches the peers of those that have come to stay.
    func tickWaits(on streams: StreamTable) {
        let new = unwatched
        unwatched = []
        for number in new {
            guard let wait = waits[number] else { continue }
            if !streams.watchPeer(of: wait.exchange, as: number) { unwatched.append(number) }
        }
        let turn = streams.now / Self.dueMilliseconds
        guard let last = lastDue, turn > last else { return }
        lastDue = turn
        for passed in (last + 1)...turn {
            for number in due.removeValue(forKey: passed) ?? [] {
                guard let wait = waits[number] else { continue }
                wait.isOver = true
                add(.wait(wait))
            }
        }
        if waits.isEmpty {
            due = [:]
            lastDue = nil
        }
    }
}
