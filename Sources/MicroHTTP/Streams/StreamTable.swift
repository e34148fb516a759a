import CMicroHTTPD
import Glibc

/// The streams of one loop: sockets, and the bytes that did not fit into them. Only the loop's thread uses it.
///
/// A stream holds at most one chunk that waits: whoever sends does not send more to it until that is gone. So a peer that
/// reads slowly costs a reference, not a queue.
package final class StreamTable {
    /// A place in the table.
    struct Entry {
        /// Where bytes go, and what is watched; -1 while the place is vacant.
        var descriptor: Int32 = -1
        /// What they go through before; nil for most.
        var transport: (any StreamTransport)?
        /// What has not been sent in full, and how much of it has.
        var waiting: StreamChunk?
        var sentBytes = 0
        /// Bytes sent in all, head included.
        var totalBytes = 0
        /// What is settled when it closes.
        var content: StreamSocket.Content?
        var generation: UInt32 = 0
        /// Whether the stream ends when nothing waits any more.
        var isEnding = false
        /// Whether it ends with its first bytes, because the peer has finished before them.
        var endsWithHead = false
        /// When bytes last went out, on the loop's clock.
        var lastSent: UInt64 = 0
    }

    /// Milliseconds on the loop's clock, read once a turn of the loop.
    package internal(set) var now: UInt64
    /// Open streams.
    package private(set) var count = 0

    private(set) var entries: [Entry] = []
    private var vacant: [UInt32] = []
    private let poll: StreamPoll

    init(poll: StreamPoll, now: UInt64) {
        self.poll = poll
        self.now = now
    }

    // MARK: Streams

    /// Adds a stream; nil when the kernel has no room to watch it. Nothing has been sent yet.
    package func add(_ socket: StreamSocket) -> StreamID? {
        let slot = vacant.popLast() ?? UInt32(entries.count)
        if slot == entries.count { entries.append(Entry()) }
        let generation = (entries[Int(slot)].generation + 1) & 0x7fff_ffff
        let stream = StreamID(slot: slot, generation: generation)
        guard let content = socket.take() else {
            vacant.append(slot)
            return nil
        }
        guard poll.watch(content.descriptor, as: stream) else {
            content.close(sentBytes: 0)
            vacant.append(slot)
            return nil
        }
        entries[Int(slot)] = Entry(
            descriptor: content.descriptor, transport: content.transport, content: content, generation: generation,
            lastSent: now)
        count += 1
        return stream
    }

    /// Sends a chunk to a stream on which nothing waits.
    package func send(_ chunk: StreamChunk, to stream: StreamID) -> StreamDelivery {
        guard contains(stream) else { return .ended }
        return send(chunk, from: 0, at: Int(stream.slot), stream)
    }

    /// Sends a chunk to many streams, none of which has anything waiting. One system call for each. `others` gets the
    /// streams to which not everything was sent, with what became of them.
    package func broadcast(
        _ chunk: StreamChunk, to streams: [StreamID], others: inout [(stream: StreamID, delivery: StreamDelivery)]
    ) {
        for stream in streams {
            let delivery = send(chunk, to: stream)
            if delivery != .sent { others.append((stream, delivery)) }
        }
    }

    /// Sends a last chunk to a stream on which nothing waits, and ends it. The driver does not hear of it again.
    package func end(_ stream: StreamID, with chunk: StreamChunk? = nil) {
        guard contains(stream) else { return }
        entries[Int(stream.slot)].isEnding = true
        if let chunk, entries[Int(stream.slot)].waiting == nil {
            guard send(chunk, from: 0, at: Int(stream.slot), stream) == .sent else { return }
        }
        if entries[Int(stream.slot)].waiting == nil { remove(stream) }
    }

    /// Whether bytes wait on a stream.
    package func isWaiting(_ stream: StreamID) -> Bool {
        contains(stream) && entries[Int(stream.slot)].waiting != nil
    }

    /// The streams on which nothing waits and nothing has gone out for `idle` milliseconds, and those on which bytes have
    /// waited for `stalled` milliseconds without one going out. O(streams).
    package func quiet(idle: UInt64, stalled: UInt64) -> (idle: [StreamID], stalled: [StreamID]) {
        var result: (idle: [StreamID], stalled: [StreamID]) = ([], [])
        for slot in entries.indices where entries[slot].descriptor >= 0 {
            let age = now &- min(now, entries[slot].lastSent)
            let stream = StreamID(slot: UInt32(slot), generation: entries[slot].generation)
            if entries[slot].waiting == nil {
                if age >= idle { result.idle.append(stream) }
            } else if age >= stalled {
                result.stalled.append(stream)
            }
        }
        return result
    }

    /// Cuts a stream. The driver does not hear of it again.
    package func close(_ stream: StreamID) {
        if contains(stream) { remove(stream) }
    }

    // MARK: Peers of parked requests

    /// Lets the driver hear, under a name below 2^62, when the peer of a parked exchange leaves before it is answered.
    /// False when it is not parked, or not yet, or when the kernel has no room.
    package func watchPeer(of exchange: HTTPExchange, as watch: UInt64) -> Bool {
        exchange.watchPeer(in: poll, as: watch)
    }

    // MARK: The loop's side

    /// A socket has room again, or its peer left: sends on. Tells what the driver has to hear, nil for nothing.
    func socketIsReady(_ stream: StreamID, _ peer: StreamPoll.PeerState) -> StreamDelivery? {
        guard contains(stream) else { return nil }
        let entry = entries[Int(stream.slot)]
        switch peer {
        case .there: break
        case .finished where entry.totalBytes == 0:
            // It may still read, and has not even had a status line.
            entries[Int(stream.slot)].endsWithHead = true
        case .finished, .gone:
            remove(stream)
            return entry.isEnding ? nil : .ended
        }
        guard let waiting = entry.waiting else { return nil }
        let delivery = send(waiting, from: entry.sentBytes, at: Int(stream.slot), stream)
        if entry.isEnding {
            if delivery == .sent { remove(stream) }
            return nil
        }
        return delivery == .waiting ? nil : delivery
    }

    /// Whether no stream waits to take its last bytes.
    var hasEnded: Bool { !entries.contains { $0.descriptor >= 0 && $0.isEnding } }

    /// Cuts every stream.
    func removeAll() {
        for (slot, entry) in entries.enumerated() where entry.descriptor >= 0 {
            remove(StreamID(slot: UInt32(slot), generation: entry.generation))
        }
    }

    private func contains(_ stream: StreamID) -> Bool {
        let slot = Int(stream.slot)
        return slot < entries.count && entries[slot].generation == stream.generation && entries[slot].descriptor >= 0
    }

    private func send(_ chunk: StreamChunk, from start: Int, at slot: Int, _ stream: StreamID) -> StreamDelivery {
        let descriptor = entries[slot].descriptor
        let rest = chunk.count - start
        let sent = chunk.withUnsafeBytes { bytes in
            // SAFETY: `start` is at most the chunk's count.
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            if let transport = entries[slot].transport { return unsafe transport.send(bytes) }
            return unsafe CMicroHTTPD_send(descriptor, bytes.baseAddress, rest)
        }
        if sent > 0 { entries[slot].totalBytes += sent }
        if sent == rest {
            entries[slot].lastSent = now
            if entries[slot].waiting != nil { entries[slot].waiting = nil }
            if entries[slot].endsWithHead {
                remove(stream)
                return .ended
            }
            return .sent
        }
        guard sent >= 0 || errno == EAGAIN || errno == EINTR || errno == ENOBUFS else {
            remove(stream)
            return .ended
        }
        if sent > 0 || entries[slot].waiting == nil { entries[slot].lastSent = now }
        entries[slot].waiting = chunk
        entries[slot].sentBytes = start + max(sent, 0)
        return .waiting
    }

    private func remove(_ stream: StreamID) {
        let slot = Int(stream.slot)
        // Before it closes: libmicrohttpd may still hold another descriptor of the same socket, which would keep the
        // kernel's watch alive.
        let (content, totalBytes) = (entries[slot].content, entries[slot].totalBytes)
        _ = poll.unwatch(entries[slot].descriptor)
        entries[slot].descriptor = -1
        entries[slot].transport = nil
        entries[slot].waiting = nil
        entries[slot].content = nil
        vacant.append(stream.slot)
        count -= 1
        content?.close(sentBytes: totalBytes)
    }
}
