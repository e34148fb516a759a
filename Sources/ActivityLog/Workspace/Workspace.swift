/// A workspace and its log.
package final class Workspace: Sendable {
    /// The id's bytes, valid by ``WorkspaceID``.
    package let id: [UInt8]
    /// Where its events are.
    package let log: any EventLogBackend

    init(id: Span<UInt8>, log: any EventLogBackend) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(id.count)
        for index in id.indices { bytes.append(id[index]) }
        self.id = bytes
        self.log = log
    }
}
