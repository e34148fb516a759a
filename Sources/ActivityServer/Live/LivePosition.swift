internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

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

extension LivePosition {
    /// Appends the token: `<epoch>-<id>`, or the bare id while there is no epoch.
    func write(to bytes: inout ByteBuffer) {
        if let epoch {
            LogCursor.write(epoch: epoch, id: id, to: &bytes)
        } else {
            bytes.append(decimal: id)
        }
    }
}

/// How a stream names what it sends: the token after each event, and whose row it is.
enum LiveNames {
    /// A stream of one workspace: tokens are `<epoch>-<id>`, rows are the events as stored.
    case plain
    /// A stream of several: a token is one for each workspace in the order of the ids, joined by `.`; a row's first
    /// member tells the workspace. ``LiveTokens`` reads them back.
    case merged(workspace: OwnedBytes, place: Int, positions: [LivePosition])

    /// Appends the token of the place after the event whose id has these digits.
    func appendToken(_ epoch: LogEpoch?, _ digits: Span<UInt8>, to bytes: inout ByteBuffer) {
        switch self {
        case .plain: Self.appendToken(epoch, digits, to: &bytes)
        case .merged(_, let place, let positions):
            for index in positions.indices {
                if index > 0 { bytes.append(UInt8(ascii: ".")) }
                if index == place {
                    Self.appendToken(epoch, digits, to: &bytes)
                } else {
                    positions[index].write(to: &bytes)
                }
            }
        }
    }

    /// Whose rows they are.
    var owner: EventShape.Owner {
        switch self {
        case .plain: .asked
        case .merged(let workspace, _, _): .named(workspace)
        }
    }

    /// Appends the member that tells the workspace, with a comma behind it; nothing on a stream of one.
    func appendOwner(to bytes: inout ByteBuffer) {
        if case .merged(let workspace, _, _) = self { bytes.appendMember(workspaceID: workspace.span) }
    }

    private static func appendToken(_ epoch: LogEpoch?, _ digits: Span<UInt8>, to bytes: inout ByteBuffer) {
        if let epoch {
            epoch.write(to: &bytes)
            bytes.append("-")
        }
        bytes.append(digits)
    }
}

/// How far a merged stream is in each of its workspaces: what its `id:` says, and `Last-Event-ID` brings back.
struct LiveTokens: Sendable {
    /// In the order of the workspace ids. `0`, before the first event, stands for a workspace that had none.
    let cursors: [LogCursor]

    /// Reads cursors joined by `.`; nil when one is malformed.
    init?(_ text: Span<UInt8>) {
        var cursors: [LogCursor] = []
        var start = 0
        while start <= text.count {
            let end = text.firstIndex(of: UInt8(ascii: "."), from: start) ?? text.count
            guard cursors.count < MergeRequest.mostWorkspaces, let cursor = LogCursor(text.extracting(start..<end))
            else {
                return nil
            }
            cursors.append(cursor)
            start = end + 1
        }
        self.cursors = cursors
    }
}

extension HTTPRequest {
    /// Where `Last-Event-ID` says that a stream goes on, as `read` understands it; nil without one, or an empty one. Goes
    /// before `since`: an EventSource repeats its URL when it comes back.
    borrowing func lastEventID<Cursor>(_ read: (Span<UInt8>) -> Cursor?) throws(Problem) -> Cursor? {
        guard let last = header(.lastEventID), last.count > 0 else { return nil }
        guard let cursor = read(last) else { throw Problem.badLastEventID(last) }
        return cursor
    }
}
