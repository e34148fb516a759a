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
