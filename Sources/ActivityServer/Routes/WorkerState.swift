/// What one worker needs to answer requests: parsers and scratch memory that it uses again for each of them.
struct WorkerState: ~Copyable {
    let service: ActivityService
    var appender: EventAppender
    var feeds: FeedReader

    init(_ service: ActivityService) {
        self.service = service
        appender = EventAppender(service)
        feeds = FeedReader(service)
    }
}
