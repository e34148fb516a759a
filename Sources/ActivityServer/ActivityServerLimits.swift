/// What bounds a request and a reply.
package struct ActivityServerLimits: Sendable {
    /// Most bytes of kind and payload of one event, as stored.
    package var maxEventBytes: Int
    /// Most events in one page: the limit when none is asked for, and the most that can be asked for.
    package var maxPageEvents: Int
    /// Most bytes of events in one reply; a single larger event is sent all the same.
    package var maxReplyBytes: Int

    /// The defaults of the configuration: 256 KiB, 10 000 events; 64 MiB a reply.
    package init(maxEventBytes: Int = 256 << 10, maxPageEvents: Int = 10_000, maxReplyBytes: Int = 64 << 20) {
        self.maxEventBytes = maxEventBytes
        self.maxPageEvents = maxPageEvents
        self.maxReplyBytes = maxReplyBytes
    }
}
