internal import ActivityLog
internal import ByteBuffers
internal import Problems

/// The workspace that a raw path segment names.
enum WorkspacePath {
    /// The id of a segment that is none as it stands: percent-decoded once; throws when it is none then, either.
    static func decoded(_ segment: Span<UInt8>) throws(Problem) -> OwnedBytes {
        var decoded = ByteBuffer()
        guard segment.firstIndex(of: UInt8(ascii: "%")) != nil,
            PercentDecoding.decode(segment, to: &decoded), WorkspaceID.isValid(decoded.span)
        else {
            let shown = segment.extracting(first: min(segment.count, 128)).text
            throw Problem(
                .invalidWorkspaceID,
                "'\(shown)' is not a workspace id: 1 to 128 of A-Z a-z 0-9 . _ ~ - but not . or ..")
        }
        return OwnedBytes(decoded.span)
    }
}
