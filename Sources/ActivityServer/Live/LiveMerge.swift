internal import ActivityLog
internal import ByteBuffers

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
