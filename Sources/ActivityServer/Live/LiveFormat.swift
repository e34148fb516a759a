internal import ActivityLog
internal import ByteBuffers

/// How events are framed on a stream.
enum LiveFormat: Sendable, Hashable {
    /// `text/event-stream` (WHATWG HTML, section 9.2).
    case eventStream
    /// `application/x-ndjson`: an event a line.
    case ndjson

    /// Bytes after which a chunk is closed: a slow reader holds one chunk at most.
    static let fullChunkBytes = 64 << 10

    /// What a chunk holds of a page.
    struct Written {
        /// How far the reader is with it.
        var position: LivePosition
        /// Whether there is more to read behind it.
        var hasMore: Bool
        /// Events of the page that are in the chunk.
        var events = 0
    }

    /// Appends a page: first what its reader has lost, then its events. Without `reportsMissed`, events that were gone
    /// before the reader came do not count as lost.
    func append(
        _ page: EventPage, reportsMissed: Bool = true, names: LiveNames, to bytes: inout ByteBuffer
    ) -> Written {
        let epoch = page.version.epoch
        var reached = LivePosition(epoch: epoch, id: page.next)
        if page.reset != nil {
            let start = LivePosition(epoch: epoch, id: page.version.oldest - 1)
            appendReset(page.version, start, names, to: &bytes)
            // Ids that the log has not given out: the page is empty, and reading begins anew with what there is.
            if page.reset == .cursorAhead { return Written(position: start, hasMore: page.version.latest > start.id) }
        } else if page.missed > 0, reportsMissed {
            let start = LivePosition(epoch: epoch, id: page.version.oldest - 1)
            appendGap(missed: page.missed, start, names, to: &bytes)
        }
        var events = 0
        for index in 0..<page.slices.count {
            guard let slice = page.slices.expanded(at: index) else {
                reached.id = page.slices.firstID(at: index) - 1
                return Written(position: reached, hasMore: true, events: events)
            }
            for event in 0..<slice.count {
                let wire = slice.event(at: event)
                let digits = EventWire.idDigits(of: wire)
                beginRow(digits, epoch, names, to: &bytes)
                EventShape.native.append(slice, at: event, of: names.owner, to: &bytes)
                bytes.append(self == .eventStream ? "\n\n" : "\n")
                events += 1
                guard bytes.count < Self.fullChunkBytes else {
                    reached.id = digits.decimal ?? reached.id
                    return Written(position: reached, hasMore: true, events: events)
                }
            }
        }
        return Written(position: reached, hasMore: page.hasMore, events: events)
    }

    /// Bytes that say nothing but that the stream lives.
    var heartbeat: StaticString {
        switch self {
        case .eventStream: ":\n\n"
        case .ndjson: "\n"
        }
    }

    private func beginRow(
        _ digits: Span<UInt8>, _ epoch: LogEpoch?, _ names: LiveNames, to bytes: inout ByteBuffer
    ) {
        guard self == .eventStream else { return }
        bytes.append("id: ")
        names.appendToken(epoch, digits, to: &bytes)
        bytes.append("\ndata: ")
    }

    private func appendGap(missed: Int, _ start: LivePosition, _ names: LiveNames, to bytes: inout ByteBuffer) {
        begin("gap", start, names, to: &bytes)
        bytes.append("\"missed\":")
        bytes.append(decimal: missed)
        bytes.append(",\"oldest\":")
        bytes.append(decimal: start.id + 1)
        end(to: &bytes)
    }

    private func appendReset(
        _ version: LogVersion, _ start: LivePosition, _ names: LiveNames, to bytes: inout ByteBuffer
    ) {
        begin("reset", start, names, to: &bytes)
        if let epoch = version.epoch {
            bytes.append("\"epoch\":\"")
            epoch.write(to: &bytes)
            bytes.append("\",")
        }
        bytes.append("\"oldest\":")
        bytes.append(decimal: version.oldest)
        end(to: &bytes)
    }

    private func begin(_ event: StaticString, _ start: LivePosition, _ names: LiveNames, to bytes: inout ByteBuffer) {
        switch self {
        case .eventStream:
            bytes.append("event: ")
            bytes.append(event)
            bytes.append("\nid: ")
            var digits = ByteBuffer()
            digits.append(decimal: start.id)
            names.appendToken(start.epoch, digits.span, to: &bytes)
            bytes.append("\ndata: {")
        case .ndjson:
            bytes.append("{\"")
            bytes.append(event)
            bytes.append("\":{")
        }
        names.appendOwner(to: &bytes)
    }

    private func end(to bytes: inout ByteBuffer) {
        bytes.append(self == .eventStream ? "}\n\n" : "}}\n")
    }
}

/// When an EventSource comes back after its stream has ended: the `retry` field, in milliseconds.
enum LiveGreeting {
    /// Appends a first pause between one and three seconds, another for each stream.
    static func append(to bytes: inout ByteBuffer) {
        bytes.append("retry: ")
        bytes.append(decimal: Int.random(in: 1000...3000))
        bytes.append("\n\n")
    }

    /// The last words of a stream whose log cannot be read any more: a comment, which no client takes for an event.
    static let failure: StaticString = ": the log cannot be read; come back later\n\n"

    /// The last words of a daemon that goes down: pauses that differ by half a second from number to number, so that the
    /// readers do not all come back at once.
    static func farewell(number: Int) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.append("retry: ")
        bytes.append(decimal: 1000 + 500 * number)
        bytes.append("\n\n")
        return bytes
    }
}
