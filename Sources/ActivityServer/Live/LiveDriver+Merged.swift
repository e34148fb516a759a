internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

// A stream of several workspaces: it reads for itself, one workspace after the other, because each of its tokens says how
// far it is in all of them.

extension LiveDriver {
    /// Reads the next workspace of a merged stream that has changed.
    func pumpMerged(_ reader: LiveReader, on streams: StreamTable) {
        guard self.reader(of: reader.stream) === reader, !reader.isReading, !streams.isWaiting(reader.stream) else {
            return
        }
        guard let index = reader.places.firstIndex(where: \.isStale) else { return }
        reader.isReading = true
        reader.places[index].isStale = false
        let place = reader.places[index]
        let query = EventQuery(
            after: place.cursor, limit: LiveFormat.mostEvents, kinds: reader.kinds,
            maxAge: place.isFirstRead ? reader.maxAge : nil)
        read(place.workspace, query, for: .merged(reader.stream, place: index), on: streams)
    }

    func take(
        _ result: Result<EventPage, EventLogError>, for reader: LiveReader, place index: Int, on streams: StreamTable
    ) {
        reader.isReading = false
        guard case .success(let page) = result else {
            forget(reader)
            streams.end(reader.stream)
            return
        }
        var bytes = reader.takePreamble()
        let place = reader.places[index]
        let names = LiveNames.merged(
            workspace: place.workspace, place: index, positions: reader.places.map(\.position))
        let written = reader.format.append(
            page, reportsMissed: place.reportsMissed, names: names, to: &bytes)
        reader.places[index].advance(to: written.position)
        reader.places[index].isFirstRead = written.hasMore && place.isFirstRead
        if written.hasMore { reader.places[index].isStale = true }
        switch bytes.isEmpty ? .sent : streams.send(StreamChunk(bytes), to: reader.stream) {
        case .ended: forget(reader)
        case .waiting: break
        case .sent: add(.reader(reader))
        }
    }
}
