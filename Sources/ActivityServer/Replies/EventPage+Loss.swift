internal import ActivityLog

extension EventPage {
    /// This page as a reader without a cursor gets it, who can have missed nothing.
    var withoutLoss: EventPage {
        var page = self
        page.missed = 0
        page.reset = nil
        return page
    }
}
