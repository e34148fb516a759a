internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
private import Synchronization

extension LiveDriver {
    /// Who follows a workspace on this loop.
    final class Following {
        let topic: LiveTopic
        var channels: [LiveChannel] = []
        /// A stream's place keeps its index here, see ``LiveMerge/Place/followerIndex``.
        var merged: [(stream: StreamID, place: Int)] = []
        var waits: [UInt64: LiveWait] = [:]

        init(topic: LiveTopic) { self.topic = topic }

        var isEmpty: Bool { channels.isEmpty && merged.isEmpty && waits.isEmpty }
    }

    /// Who follows a workspace; from now on its changes arrive.
    func follow(_ workspace: OwnedBytes) -> Following {
        if let following = followings[workspace] { return following }
        let following = Following(topic: LiveTopic(workspace: workspace, loop: loop))
        followings[workspace] = following
        topics.subscribe(following.topic, to: workspace.span)
        return following
    }

    /// Stops following a workspace that nobody is left for.
    func unfollowIfUnused(_ workspace: OwnedBytes) {
        guard let following = followings[workspace], following.isEmpty else { return }
        followings[workspace] = nil
        topics.unsubscribe(following.topic, from: workspace.span)
    }
}

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
