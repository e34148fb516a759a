internal import ActivityJSON
internal import ByteBuffers

extension ParsedEvent {
    /// The bytes of the event's workspace id, which lie in the parser's `bytes`.
    @_lifetime(copy bytes)
    func workspace(in bytes: Span<UInt8>) -> Span<UInt8> {
        bytes.extracting(Int(workspaceStart)..<Int(workspaceStart + workspaceCount))
    }
}
