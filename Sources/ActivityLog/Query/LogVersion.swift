/// What decides whether a reader's page can have changed: three integers, known without touching an event.
package struct LogVersion: Equatable, Sendable, BitwiseCopyable {
    /// The log's life; nil for a workspace that has no log yet.
    package var epoch: LogEpoch?
    /// Id of the newest event ever appended; 0 when there was none.
    package var latest: Int
    /// Id of the oldest event that can still be read; `latest + 1` when none is resident.
    package var oldest: Int

    /// Names the three.
    package init(epoch: LogEpoch?, latest: Int, oldest: Int) {
        self.epoch = epoch
        self.latest = latest
        self.oldest = oldest
    }

    /// The version of a workspace that nothing was ever appended to.
    package static let unknown = LogVersion(epoch: nil, latest: 0, oldest: 1)
}
