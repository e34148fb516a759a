internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// The streams of one loop that get the same bytes: same workspace, same framing, same kinds. A chunk is written once
/// for all of them. Used by its loop's thread only.
final class LiveChannel {
    /// What makes streams share a channel.
    struct Key: Hashable {
        let workspace: OwnedBytes
        let format: LiveFormat
        let kinds: KindFilter?
    }

    let number: UInt64
    let key: Key
    /// Where the caught-up streams are; nil until the first read.
    var position: LivePosition?
    /// The streams that have everything up to ``position`` and nothing waiting.
    var current: [StreamID] = []
    /// Streams that begin to catch up once the channel has read.
    var joining: [StreamID] = []
    /// What the next read asks for.
    var batch = LiveBatch()
    /// All its streams, also those that catch up.
    var readerCount = 0
    /// Whether it is in its loop's ``LiveWork``.
    var isDue = false
    /// Whether a read is under way.
    var isReading = false
    /// Whether the log changed since that read began.
    var isStale = false
    /// Whether the last read failed, so that who gets to ``position`` may be behind the log.
    var hasFailed = false

    init(number: UInt64, key: Key) {
        self.number = number
        self.key = key
    }
}
