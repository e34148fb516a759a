/// What a reader asks of a log.
package struct EventQuery: Sendable {
    /// Only events after this place; nil: from the oldest resident event.
    package var cursor: LogCursor?
    /// Only events with a smaller id; nil: up to the newest.
    package var before: Int?
    /// Most events to return; 0 is a valid probe that returns none.
    package var limit: Int
    /// Most bytes of events in their wire form, each with a comma; the first event that the page is read from is in it in any
    /// case. Without a filter the log keeps to it while it gathers; a page that was filtered is cut afterwards.
    package var maxBytes: Int
    /// Most events that a filter looks at for one page; the page then says in ``EventPage/unread`` where to go on.
    package var mostScanned: Int
    /// Whether the page starts with the newest event.
    package var newestFirst: Bool
    /// Only events of these kinds; nil: all.
    package var kinds: KindFilter?
    /// Only events that are at most this old, in microseconds; nil: any age.
    package var maxAge: Int64?
    /// What the reader has already: when the log is still at this version the page has no events and says
    /// ``EventPage/isUnchanged``.
    package var known: LogVersion?

    /// Makes a query for everything resident, up to `limit`.
    package init(
        after cursor: LogCursor? = nil, before: Int? = nil, limit: Int = .max, maxBytes: Int = .max,
        mostScanned: Int = .max,
        newestFirst: Bool = false, kinds: KindFilter? = nil, maxAge: Int64? = nil, known: LogVersion? = nil
    ) {
        self.cursor = cursor
        self.before = before
        self.limit = limit
        self.maxBytes = maxBytes
        self.mostScanned = mostScanned
        self.newestFirst = newestFirst
        self.kinds = kinds
        self.maxAge = maxAge
        self.known = known
    }

    /// Whether the page is cut from the new end: newest first, or backwards from `before` without a cursor.
    package var readsBackwards: Bool { newestFirst || (before != nil && cursor == nil) }
}
