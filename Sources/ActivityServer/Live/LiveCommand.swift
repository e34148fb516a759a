internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// What other threads tell a loop's ``LiveDriver``.
enum LiveCommand: Sendable {
    /// A connection has become a stream, whose first bytes are the head.
    case open(StreamSocket, head: OwnedBytes, LiveSubscription)
    /// A request waits, until `deadline` on the loop's clock at most.
    case wait(any LivePoll, HTTPExchange, deadline: UInt64, LiveSeat)
    /// Something was appended to a workspace.
    case changed(LiveTopic)
    /// A log that answers later has answered a read.
    case read(LiveTarget, Result<EventPage, StoreError>)
    /// A poll whose log answers later has been attempted.
    case attempted(wait: UInt64, LivePollOutcome)
}
