internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// The workspaces of a merged stream, and how far it is in each. Used by its loop's thread only.
final class LiveMerge {
    /// One of them.
    struct Place {
        var workspace: OwnedBytes
        /// Index among those that follow the workspace on this loop.
        var followerIndex = 0
        /// The next read's cursor; as the client gave it until the first page.
        var cursor: LogCursor
        /// Whether events that are gone before the first page count as missed.
        var reportsMissed: Bool
        /// Whether the log has changed since the last read.
        var isStale = true
        /// Whether the page that the stream begins with has not been sent in full.
        var isBeginning = true
    }

    let kinds: KindFilter?
    /// In the order of the workspace ids.
    var places: [Place]
    /// The place that is looked at next.
    private var nextPlace = 0

    init(_ wish: LiveWish) {
        kinds = wish.kinds
        places = wish.places.map { place in
            Place(workspace: place.workspace, cursor: place.cursor ?? .id(0), reportsMissed: place.cursor != nil)
        }
    }

    /// The next place that has changed since it was read, nil when none has. O(places).
    func takeTurn() -> Int? {
        for offset in places.indices {
            let place = (nextPlace + offset) % places.count
            guard places[place].isStale else { continue }
            nextPlace = (place + 1) % places.count
            return place
        }
        return nil
    }

    /// What a token says: how far the stream is in each workspace.
    var positions: [LivePosition] { places.map { LivePosition($0.cursor) } }
}

// A stream of several workspaces: it reads for itself, one workspace after the other, because each of its tokens says how
// far it is in all of them.

extension LiveDriver {
    /// Makes changes of a workspace of a merged stream known to it.
    func follow(_ reader: LiveReader, place: Int) {
        guard let merged = reader.merged else { return }
        let following = follow(merged.places[place].workspace)
        // One copy of the id for all that follow it.
        merged.places[place].workspace = following.topic.workspace
        merged.places[place].followerIndex = following.merged.count
        following.merged.append((reader.stream, place))
    }

    /// Ends that. O(1): the last one takes its index.
    func unfollow(_ place: LiveMerge.Place) {
        guard let following = followings[place.workspace] else { return }
        let last = following.merged.removeLast()
        if place.followerIndex < following.merged.count {
            following.merged[place.followerIndex] = last
            reader(of: last.stream)?.merged?.places[last.place].followerIndex = place.followerIndex
        }
        unfollowIfUnused(place.workspace)
    }

    /// Reads the next workspace of a merged stream that has changed, each in its turn: one that never rests must not keep
    /// the others from being read.
    func pumpMerged(_ reader: LiveReader, on streams: StreamTable) {
        guard self.reader(of: reader.stream) === reader, !reader.isReading, !streams.isWaiting(reader.stream) else {
            return
        }
        guard let merged = reader.merged, let index = merged.takeTurn() else { return }
        reader.isReading = true
        merged.places[index].isStale = false
        let place = merged.places[index]
        let query = EventQuery(
            after: place.cursor, limit: reader.batch.limit, kinds: merged.kinds,
            maxAge: place.isBeginning ? reader.beginning?.maxAge(at: loop.now) : nil)
        read(place.workspace, query, for: .merged(reader.stream, place: index), on: streams)
    }

    func take(
        _ result: Result<EventPage, StoreError>, for reader: LiveReader, place index: Int, on streams: StreamTable
    ) {
        reader.isReading = false
        guard case .success(let page) = result, let merged = reader.merged else {
            fail(reader, on: streams)
            return
        }
        var bytes = reader.takePreamble()
        let place = merged.places[index]
        let names = LiveNames.merged(
            workspace: place.workspace, place: index, positions: merged.positions)
        let written = LiveFormat.eventStream.append(
            page, reportsMissed: place.reportsMissed, names: names, to: &bytes)
        merged.places[index].cursor = written.position.cursor
        merged.places[index].reportsMissed = true
        reader.batch.note(events: written.events, isFull: written.events < page.count)
        merged.places[index].isBeginning = written.hasMore && place.isBeginning
        if written.hasMore { merged.places[index].isStale = true }
        switch bytes.isEmpty ? .sent : streams.send(StreamChunk(bytes), to: reader.stream) {
        case .ended: forget(reader)
        case .waiting: break
        case .sent: add(.reader(reader))
        }
    }
}
