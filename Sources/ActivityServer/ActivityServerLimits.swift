/// What bounds a request and a reply.
package struct ActivityServerLimits: Sendable {
    /// Most bytes of kind and payload of one event, as stored.
    package var maxEventBytes: Int
    /// Most bytes of a request body, after decompression.
    package var maxBodyBytes: Int
    /// Most events in one page: the limit when none is asked for, and the most that can be asked for.
    package var maxPageEvents: Int
    /// Most bytes of events in one reply; a single larger event is sent all the same.
    package var maxReplyBytes: Int

    /// The defaults of the configuration: 256 KiB an event, 8 MiB a body, 10 000 events; 64 MiB a reply.
    package init(
        maxEventBytes: Int = 256 << 10, maxBodyBytes: Int = 8 << 20, maxPageEvents: Int = 10_000,
        maxReplyBytes: Int = 64 << 20
    ) {
        self.maxBodyBytes = maxBodyBytes
        self.maxEventBytes = maxEventBytes
        self.maxPageEvents = maxPageEvents
        self.maxReplyBytes = maxReplyBytes
    }
}
