/// Decides what goes out on the streams of a ``StreamLoop``. Made on the loop's thread and called on no other.
package protocol StreamDriver: AnyObject, SendableMetatype {
    /// What other threads tell the driver.
    associatedtype Command: Sendable

    /// Takes what was sent to the loop, in order.
    func receive(_ commands: [Command], on streams: StreamTable)

    /// A stream whose last write did not fit has been sent in full: it can take the next one.
    func streamCaughtUp(_ stream: StreamID, on streams: StreamTable)

    /// A stream has ended without the driver's doing: the peer left, or reads nothing. Its name is no longer valid.
    func streamEnded(_ stream: StreamID, on streams: StreamTable)

    /// The peer of a watched exchange has left, or has said that it sends nothing more.
    func peerLeft(_ watch: UInt64, on streams: StreamTable)

    /// Time has passed; ``StreamTable/now`` says how much.
    func tick(on streams: StreamTable)

    /// Whether ``tick(on:)`` is needed while nothing else happens.
    var needsTicks: Bool { get }

    /// Whether ``work(on:)`` is to be called; the loop then waits for nothing.
    var hasWork: Bool { get }

    /// Does some of what there is to do, once a turn of the loop. What takes longer than some milliseconds is left for the
    /// next turn, so that sockets, commands and the time get theirs.
    func work(on streams: StreamTable)

    /// The loop ends: the last call. Streams that the driver has ended get some time to take their last bytes.
    func stop(on streams: StreamTable)
}
