internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// The body of a page that is produced while the client reads it: one run of events in wire form at a time. A client that
/// stops reading costs that run and what the page shares with its log.
final class PageBody: HTTPBodySource {
    /// What stands around the events.
    enum Framing {
        /// `[`, events separated by `,`, `]`.
        case array
        /// Each event followed by a newline.
        case lines
    }

    private let slices: EventSlices
    private let framing: Framing
    private let newestFirst: Bool
    /// Bytes of the whole body.
    let count: Int
    /// Bytes produced so far.
    private var produced = 0
    /// The run that is being written, counted in the order of writing, and how it is written.
    private var run = 0
    private var slice: EventSlice?
    /// The next event of the run, counted in the order of writing, and how much of it has been written.
    private var event = 0
    private var offset = 0

    /// Prepares the body of a page that has events. O(runs), see ``EventSlices/byteCount(at:)``.
    init(_ slices: EventSlices, framing: Framing, newestFirst: Bool) {
        self.slices = slices
        self.framing = framing
        self.newestFirst = newestFirst
        // Each event counts with its comma, whose place its separator takes: the last one's is the closing bracket.
        var bytes = framing == .array ? 1 : 0
        for index in 0..<slices.count { bytes += slices.byteCount(at: index) }
        count = bytes
    }

    func fill(_ room: inout OutputSpan<UInt8>) -> Bool {
        if produced == 0, framing == .array { append(UInt8(ascii: "["), to: &room) }
        while room.freeCapacity > 0, run < slices.count {
            guard let slice = slice ?? slices.expanded(at: newestFirst ? slices.count - 1 - run : run) else {
                return false
            }
            self.slice = slice
            while event < slice.count {
                let wire = slice.event(at: newestFirst ? slice.count - 1 - event : event)
                let taken = min(wire.count - offset, room.freeCapacity)
                append(wire.extracting(offset..<(offset + taken)), to: &room)
                offset += taken
                guard offset == wire.count, room.freeCapacity > 0 else { return true }
                append(separator(isLast: run == slices.count - 1 && event == slice.count - 1), to: &room)
                offset = 0
                event += 1
            }
            self.slice = nil
            event = 0
            run += 1
        }
        return true
    }

    /// Appends the whole body, for one that is small.
    func write(to bytes: inout ByteBuffer) {
        bytes.appendUnsafe(upTo: count) { start in
            // SAFETY: the room is `count` bytes, as many as the body has.
            let room = unsafe UnsafeMutableBufferPointer(start: start, count: count)
            var output = unsafe OutputSpan<UInt8>(buffer: room, initializedCount: 0)
            _ = fill(&output)
            return unsafe output.finalize(for: room)
        }
    }

    private func separator(isLast: Bool) -> UInt8 {
        switch framing {
        case .array: isLast ? UInt8(ascii: "]") : UInt8(ascii: ",")
        case .lines: UInt8(ascii: "\n")
        }
    }

    private func append(_ byte: UInt8, to room: inout OutputSpan<UInt8>) {
        room.append(byte)
        produced += 1
    }

    private func append(_ bytes: Span<UInt8>, to room: inout OutputSpan<UInt8>) {
        guard bytes.count > 0 else { return }
        room.withUnsafeMutableBufferPointer { buffer, filled in
            bytes.withUnsafeBytes { source in
                // SAFETY: the caller takes no more than what is free.
                guard let start = source.baseAddress, let target = buffer.baseAddress else { return }
                unsafe UnsafeMutableRawPointer(target + filled).copyMemory(from: start, byteCount: source.count)
            }
            filled += bytes.count
        }
        produced += bytes.count
    }
}
