internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
private import Synchronization

/// A workspace as one loop follows it: passes the first of any number of changes on, until the loop has looked.
final class LiveTopic: LogSubscriber {
    let workspace: OwnedBytes
    private let isChanged = Atomic(false)
    private let loop: StreamLoop<LiveDriver>

    init(workspace: OwnedBytes, loop: StreamLoop<LiveDriver>) {
        self.workspace = workspace
        self.loop = loop
    }

    func logChanged() {
        guard !isChanged.exchange(true, ordering: .acquiringAndReleasing) else { return }
        loop.send(.changed(self))
    }

    /// Says that the loop is about to read: what is appended from now on is another change.
    func expectChange() { isChanged.store(false, ordering: .sequentiallyConsistent) }
}
