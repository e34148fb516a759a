internal import MicroHTTP

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
}
