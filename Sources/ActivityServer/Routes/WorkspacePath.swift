internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// The workspace that a raw path segment names.
enum WorkspacePath {
    /// Calls `body` with the id, percent-decoded once; throws when it is no id.
    static func withID<Result>(
        of segment: Span<UInt8>, _ body: (Span<UInt8>) -> Result
    ) throws(Problem) -> Result {
        if WorkspaceID.isValid(segment) { return body(segment) }
        var decoded = ByteBuffer()
        guard segment.firstIndex(of: UInt8(ascii: "%")) != nil,
            PercentDecoding.decode(segment, to: &decoded), WorkspaceID.isValid(decoded.span)
        else {
            let shown = segment.extracting(first: min(segment.count, 128)).text
            throw Problem(
                .invalidWorkspaceID,
                "'\(shown)' is not a workspace id: 1 to 128 of A-Z a-z 0-9 . _ ~ - but not . or ..")
        }
        return body(decoded.span)
    }
}
