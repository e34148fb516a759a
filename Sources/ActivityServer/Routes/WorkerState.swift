/// What one worker needs to answer requests: parsers and scratch memory that it uses again for each of them.
struct WorkerState: ~Copyable {
    let service: ActivityService
    private var view: SettingsSource.View
    var appender: EventAppender
    var feeds: FeedReader

    init(_ service: ActivityService) {
        self.service = service
        view = SettingsSource.View(of: service.settings)
        appender = EventAppender(view.settings.limits)
        feeds = FeedReader(view.settings.limits)
    }

    /// What bounds the request.
    var limits: ActivityServerLimits { view.settings.limits }

    /// Takes new settings over, before a request. One load when there are none.
    @inline(__always)
    mutating func refresh() {
        guard view.refresh() else { return }
        appender.apply(view.settings.limits)
        feeds.apply(view.settings.limits)
    }
}
