/// What bounds a request and a reply.
package struct ActivityServerLimits: Sendable {
    /// Most bytes of kind and payload of one event, as stored.
    package var maxEventBytes: Int
    /// Most events in one page: the limit when none is asked for, and the most that can be asked for.
    package var maxPageEvents: Int

    /// The defaults of the configuration: 256 KiB, 10 000 events.
    package init(maxEventBytes: Int = 256 << 10, maxPageEvents: Int = 10_000) {
        self.maxEventBytes = maxEventBytes
        self.maxPageEvents = maxPageEvents
    }
}
