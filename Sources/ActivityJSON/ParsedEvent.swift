package import ActivityLog

/// One accepted event, as ranges of ``EventParser/bytes``.
package struct ParsedEvent: BitwiseCopyable, Sendable {
    /// Start of the workspace id. Neighbours of the same workspace share one range, so comparing starts is enough to
    /// find runs of them (but not to tell two workspaces apart).
    package var workspaceStart: UInt32
    /// Bytes of the workspace id; 0 with ``WorkspaceSource/fixed``.
    package var workspaceCount: UInt32
    /// Kind and payload.
    package var draft: EventDraft
    /// Offset in the body of the event's opening brace.
    package var offset: UInt32
}
