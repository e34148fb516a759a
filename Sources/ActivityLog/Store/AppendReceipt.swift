/// What an append did: the ids are contiguous, in the order of the batch.
package struct AppendReceipt: Equatable, Sendable, BitwiseCopyable {
    /// The life of the log that they belong to.
    package let epoch: LogEpoch
    /// Id of the batch's first event.
    package let firstID: Int
    /// Number of events.
    package let count: Int
    /// Their common time stamp, in microseconds since the Unix epoch.
    package let timestamp: Int64

    /// Makes the receipt of `count` events from id `firstID` on.
    package init(epoch: LogEpoch, firstID: Int, count: Int, timestamp: Int64) {
        self.epoch = epoch
        self.firstID = firstID
        self.count = count
        self.timestamp = timestamp
    }
}
