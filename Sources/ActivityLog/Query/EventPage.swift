/// The answer to an ``EventQuery``.
package struct EventPage: Sendable {
    /// The log at the moment of the query.
    package var version: LogVersion
    /// The events, ascending by id whatever order was asked for; ``newestFirst`` says how to write them.
    package var slices = EventSlices()
    /// Number of events in ``slices``.
    package var count = 0
    /// Whether the reader wants the last event of ``slices`` first.
    package var newestFirst = false
    /// Id after which a reader that has this page goes on reading forwards.
    package var next: Int
    /// Events after the cursor that are gone, of any kind: exact. 0 without a cursor.
    package var missed = 0
    /// Why the cursor could not be honoured; nil when it could.
    package var reset: Reset?
    /// Whether a limit cut events off: later ones, or earlier ones in a page that was read backwards.
    package var hasMore = false
    /// Where looking goes on when the query looked at as many events as it may (``EventQuery/mostScanned``) and found less than
    /// its limit: after the event with this id, or in a page that was read backwards before it. Nil when all was looked at.
    package var unread: Int?
    /// Whether the log is still at the version that the query said it knew; the page then has no events.
    package var isUnchanged = false

    /// Why a cursor could not be honoured.
    package enum Reset: Sendable {
        /// The token is of another life of the log; the page starts at the oldest resident event.
        case epochChanged
        /// The id is beyond the newest event; the page is empty and `next` leads to the oldest resident event.
        case cursorAhead
    }

    /// Makes an empty page.
    package init(version: LogVersion, next: Int) {
        self.version = version
        self.next = next
    }

    /// The answer for a workspace that nothing was ever appended to.
    package static func ofUnknownWorkspace(_ query: EventQuery) -> EventPage {
        var page = EventPage(version: .unknown, next: 0)
        page.newestFirst = query.newestFirst
        switch query.cursor {
        case nil, .id(0): break
        case .id: page.reset = .cursorAhead
        case .token: page.reset = .epochChanged
        }
        page.isUnchanged = query.known == LogVersion.unknown
        return page
    }
}
