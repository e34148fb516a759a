internal import ByteBuffers

extension ByteBuffer {
    /// Appends an event as a row of several workspaces: the event, with `workspace_id` as its first member.
    mutating func append(row event: Span<UInt8>, of workspace: Span<UInt8>) {
        append("{")
        appendMember(workspaceID: workspace)
        append(event.extracting(1..<event.count))
    }

    /// Appends the member that tells the workspace, with a comma behind it. The id is the inside of a JSON string; a
    /// valid one needs no escaping.
    mutating func appendMember(workspaceID workspace: Span<UInt8>) {
        append("\"workspace_id\":\"")
        append(workspace)
        append("\",")
    }
}
