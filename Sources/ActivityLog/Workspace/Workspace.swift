internal import ByteBuffers

/// A workspace and its log.
package final class Workspace: Sendable {
    /// Bytes of an id that lie in the object itself, so that comparing it reads no other memory: a UUID and a few more.
    private static let inlineBytes = 40

    /// Where its events are.
    package let log: any EventLogBackend
    private let idCount: UInt8
    private let idStart: InlineArray<40, UInt8>
    /// What of the id is beyond ``inlineBytes``.
    private let idRest: [UInt8]

    init(id: Span<UInt8>, log: any EventLogBackend) {
        self.log = log
        idCount = UInt8(id.count)
        idStart = InlineArray { $0 < id.count ? id[$0] : 0 }
        idRest = id.count > Self.inlineBytes ? OwnedBytes(id.extracting(Self.inlineBytes..<id.count)).array : []
    }

    /// The id's bytes, valid by ``WorkspaceID``. A copy.
    package var id: [UInt8] {
        (0..<min(Int(idCount), Self.inlineBytes)).map { idStart[$0] } + idRest
    }

    /// Whether `id` is this workspace's. O(count).
    func isNamed(_ id: Span<UInt8>) -> Bool {
        guard id.count == Int(idCount) else { return false }
        guard id.count > Self.inlineBytes else { return id.equals(idStart.span.extracting(first: id.count)) }
        let rest = idRest
        return id.extracting(first: Self.inlineBytes).equals(idStart.span)
            && id.extracting(Self.inlineBytes..<id.count).equals(rest.span)
    }
}
