internal import ByteBuffers

/// A workspace and its log.
package final class Workspace: Sendable {
    /// The id's bytes, valid by ``WorkspaceID``.
    package let id: [UInt8]
    /// Where its events are.
    package let log: any EventLogBackend

    init(id: Span<UInt8>, log: any EventLogBackend) {
        self.id = OwnedBytes(id).array
        self.log = log
    }
}
