/// What became of bytes for a stream.
package enum StreamDelivery: Sendable {
    /// The kernel has all of them.
    case sent
    /// Some wait until the peer has read; nothing else may be sent meanwhile. ``StreamDriver/streamCaughtUp(_:on:)`` says
    /// when.
    case waiting
    /// The peer is gone, and so is the stream.
    case ended
}
