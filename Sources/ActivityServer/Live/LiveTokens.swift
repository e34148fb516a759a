internal import ActivityLog
internal import ByteBuffers

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
