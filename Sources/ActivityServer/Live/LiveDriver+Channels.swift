internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

// A stream of one workspace: it catches up by reads of its own to where its channel is, then takes part in the channel's
// broadcasts. When a broadcast does not fit into its socket it holds that one chunk, leaves the broadcasts, and when the
// chunk has gone catches up again.

extension LiveDriver {
    /// A connection has become a stream.
    func open(_ socket: StreamSocket, head: OwnedBytes, _ subscription: LiveSubscription, on streams: StreamTable) {
        let ticket = LiveTicket(subscription.seat, of: admission)
        guard let stream = streams.add(socket) else { return }
        var preamble = ByteBuffer(capacity: head.array.count + 32)
        preamble.append(head.span)
        let wish = subscription.wish
        if wish.format == .eventStream { LiveGreeting.append(to: &preamble) }
        let cursor = wish.places[0].cursor
        let kind: LiveReader.Kind = wish.isMerged ? .merged(LiveMerge(wish)) : .member(channel(for: wish))
        let longest = UInt64(limits.streamSeconds) * 1000
        let reader = LiveReader(
            stream: stream, kind: kind, cursor: cursor ?? .id(0),
            beginning: LiveBeginning(
                preamble: preamble, reportsMissed: cursor != nil, maxAge: wish.maxAge, beganAt: loop.now),
            // Not all at once after a restart that brought them all at once.
            endsAt: streams.now + UInt64.random(in: (longest - longest / 5)...longest), ticket: ticket)
        let slot = Int(stream.slot)
        while readers.count <= slot { readers.append(nil) }
        readers[slot] = reader
        switch kind {
        case .merged:
            for place in wish.places.indices { follow(reader, place: place) }
            add(.reader(reader))
        case .member(let channel):
            channel.readerCount += 1
            channel.joining.append(stream)
            add(.channel(channel))
        }
    }

    /// Drops what is known of a reader whose stream is over.
    func forget(_ reader: LiveReader) {
        readers[Int(reader.stream.slot)] = nil
        guard let channel = reader.channel else {
            for place in reader.merged?.places ?? [] { unfollow(place) }
            return
        }
        leaveCurrent(reader, in: channel)
        channel.readerCount -= 1
        guard channel.readerCount == 0 else { return }
        channels[channel.key] = nil
        channelsByNumber[channel.number] = nil
        followings[channel.key.workspace]?.channels.removeAll { $0 === channel }
        unfollowIfUnused(channel.key.workspace)
    }

    /// A reader's last chunk did not fit: from here on it reads for itself.
    func fellBehind(_ reader: LiveReader) {
        guard let channel = reader.channel, reader.currentIndex >= 0 else { return }
        leaveCurrent(reader, in: channel)
        if let position = channel.position { reader.cursor = position.cursor }
    }

    /// Ends all streams, each with another pause before its reader comes back.
    func endStreams(on streams: StreamTable) {
        let farewells = (0..<16).map { StreamChunk(LiveGreeting.farewell(number: $0)) }
        for case let reader? in readers {
            let preamble = reader.takePreamble()
            let farewell = reader.format == .eventStream ? farewells.randomElement() : nil
            streams.end(reader.stream, with: preamble.isEmpty ? farewell : StreamChunk(preamble))
        }
        readers = []
        channels = [:]
        channelsByNumber = [:]
    }

    /// Ends a stream whose log cannot be read: its reader comes back with its last token, and is told then in a status.
    func fail(_ reader: LiveReader, on streams: StreamTable) {
        var bytes = reader.takePreamble()
        if reader.format == .eventStream { bytes.append(LiveGreeting.failure) }
        forget(reader)
        streams.end(reader.stream, with: bytes.isEmpty ? nil : StreamChunk(bytes))
    }

    /// Ends the streams that a read of their channel was for. Those that catch up, or hold a chunk, read for themselves.
    private func fail(_ channel: LiveChannel, on streams: StreamTable) {
        channel.hasFailed = true
        let ending = channel.current + channel.joining
        channel.joining = []
        for stream in ending {
            if let reader = reader(of: stream) { fail(reader, on: streams) }
        }
    }

    // MARK: The channel

    /// Reads what is new and sends it to all that are caught up.
    func pump(_ channel: LiveChannel, on streams: StreamTable) {
        guard channel.readerCount > 0 else { return }
        guard !channel.isReading else {
            channel.isStale = true
            return
        }
        channel.isReading = true
        channel.isStale = false
        channel.hasFailed = false
        let query: EventQuery
        if let position = channel.position {
            query = EventQuery(after: position.cursor, limit: channel.batch.limit, kinds: channel.key.kinds)
        } else {
            query = EventQuery(limit: 0)
        }
        read(channel.key.workspace, query, for: .channel(channel.number), on: streams)
    }

    func take(_ result: Result<EventPage, StoreError>, for channel: LiveChannel, on streams: StreamTable) {
        channel.isReading = false
        guard case .success(let page) = result else {
            fail(channel, on: streams)
            return
        }
        guard channel.position != nil else {
            channel.position = LivePosition(epoch: page.version.epoch, id: page.version.latest)
            settle(channel, hasMore: false)
            return
        }
        var bytes = ByteBuffer()
        let written = channel.key.format.append(page, names: .plain, to: &bytes)
        channel.position = written.position
        channel.batch.note(events: written.events, isFull: written.events < page.count)
        if !bytes.isEmpty { broadcast(StreamChunk(bytes), to: channel, on: streams) }
        settle(channel, hasMore: written.hasMore)
    }

    private func settle(_ channel: LiveChannel, hasMore: Bool) {
        if hasMore || channel.isStale {
            add(.channel(channel))
            return
        }
        let joining = channel.joining
        channel.joining = []
        for stream in joining {
            if let reader = reader(of: stream) { add(.reader(reader)) }
        }
    }

    private func broadcast(_ chunk: StreamChunk, to channel: LiveChannel, on streams: StreamTable) {
        var others: [(stream: StreamID, delivery: StreamDelivery)] = []
        streams.broadcast(chunk, to: channel.current, others: &others)
        for (stream, delivery) in others {
            guard let reader = reader(of: stream) else { continue }
            if delivery == .waiting { fellBehind(reader) } else { forget(reader) }
        }
    }

    private func channel(for wish: LiveWish) -> LiveChannel {
        let key = LiveChannel.Key(
            workspace: wish.places[0].workspace, format: wish.format, kinds: wish.kinds)
        if let channel = channels[key] { return channel }
        let channel = LiveChannel(number: newNumber(), key: key)
        channels[key] = channel
        channelsByNumber[channel.number] = channel
        follow(key.workspace).channels.append(channel)
        return channel
    }

    // MARK: The reader

    /// Reads the next chunk for one stream, up to where its channel is.
    func catchUp(_ reader: LiveReader, on streams: StreamTable) {
        guard let channel = reader.channel, let position = channel.position, self.reader(of: reader.stream) === reader,
            reader.currentIndex < 0, !reader.isReading, !streams.isWaiting(reader.stream)
        else { return }
        if reader.beginning == nil, reader.cursor == position.cursor {
            joinCurrent(reader, in: channel)
            return
        }
        reader.isReading = true
        let query = EventQuery(
            after: reader.cursor, before: position.id + 1, limit: reader.batch.limit, kinds: channel.key.kinds,
            maxAge: reader.beginning?.maxAge(at: loop.now))
        read(channel.key.workspace, query, for: .reader(reader.stream), on: streams)
    }

    func take(_ result: Result<EventPage, StoreError>, for reader: LiveReader, on streams: StreamTable) {
        reader.isReading = false
        guard case .success(let page) = result, let channel = reader.channel else {
            fail(reader, on: streams)
            return
        }
        let reportsMissed = reader.beginning?.reportsMissed ?? true
        reader.beginning?.reportsMissed = true
        var bytes = reader.takePreamble()
        let written = channel.key.format.append(
            page, reportsMissed: reportsMissed, names: .plain, to: &bytes)
        reader.cursor = written.position.cursor
        reader.batch.note(events: written.events, isFull: written.events < page.count)
        if !written.hasMore { reader.beginning = nil }
        switch bytes.isEmpty ? .sent : streams.send(StreamChunk(bytes), to: reader.stream) {
        case .ended: forget(reader)
        case .waiting: break
        case .sent:
            if let position = channel.position,
                written.position.id > position.id || written.position.epoch != position.epoch
            {
                // It knew more than the channel: let that read first, so that nothing is sent twice. Of another epoch, it
                // would for ever be elsewhere than the channel.
                channel.joining.append(reader.stream)
                add(.channel(channel))
            } else if !written.hasMore, written.position == channel.position {
                joinCurrent(reader, in: channel)
            } else {
                add(.reader(reader))
            }
        }
    }

    private func joinCurrent(_ reader: LiveReader, in channel: LiveChannel) {
        reader.currentIndex = Int32(channel.current.count)
        channel.current.append(reader.stream)
        if channel.hasFailed { add(.channel(channel)) }
    }

    private func leaveCurrent(_ reader: LiveReader, in channel: LiveChannel) {
        guard reader.currentIndex >= 0 else { return }
        let index = reader.currentIndex
        reader.currentIndex = -1
        let last = channel.current.removeLast()
        guard last != reader.stream else { return }
        channel.current[Int(index)] = last
        self.reader(of: last)?.currentIndex = index
    }
}
