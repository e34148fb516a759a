internal import ActivityLog

/// How far a live reader, or all readers of a channel, have got in a log.
struct LivePosition: Equatable, Sendable, BitwiseCopyable {
    /// The log's life; nil while the workspace has no log.
    var epoch: LogEpoch?
    /// Id of the last event that was passed, sent or filtered out; 0 for none.
    var id: Int

    /// Before the first event of a workspace that nothing was ever appended to.
    static let start = LivePosition(epoch: nil, id: 0)

    /// The cursor to read on with.
    var cursor: LogCursor {
        if let epoch { .token(epoch, id) } else { .id(id) }
    }

    /// The place that a cursor names.
    init(_ cursor: LogCursor) {
        switch cursor {
        case .id(let id): self.init(epoch: nil, id: id)
        case .token(let epoch, let id): self.init(epoch: epoch, id: id)
        }
    }

    /// Names the two.
    init(epoch: LogEpoch?, id: Int) {
        self.epoch = epoch
        self.id = id
    }
}
