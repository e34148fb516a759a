/// What one worker needs to answer requests: the settings as it last saw them, parsers, and scratch memory that it uses again
/// for each of them.
struct WorkerState: ~Copyable {
    let service: ActivityService
    var appender: EventAppender
    var feeds: FeedReader
    private var settings: SettingsSource.View

    init(_ service: ActivityService) {
        self.service = service
        appender = EventAppender(service)
        feeds = FeedReader(service)
        settings = SettingsSource.View(of: service.settings)
    }

    /// What bounds the request that is being answered.
    var limits: ActivityServerLimits { settings.settings.limits }

    /// Takes new settings over. One relaxed load when there are none.
    @inline(__always)
    mutating func refresh() {
        guard settings.refresh() else { return }
        appender.apply(limits)
        feeds.apply(limits)
    }
}
