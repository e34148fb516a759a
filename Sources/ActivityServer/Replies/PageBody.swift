internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// The body of a page that is produced when its reader takes it: one run of events in wire form at a time, whatever the page
/// holds, so that a reader who stops reading costs a block and what its page shares with the log.
///
/// Used by the worker of its connection only.
final class PageBody: HTTPBodySource {
    private let slices: EventSlices
    private let container: EventShape.Container
    private let newestFirst: Bool
    /// Bytes of the whole body.
    let count: Int

    /// Runs that have been opened.
    private var opened = 0
    /// The run that is being written, and where in it: an event and a byte of that.
    private var run: EventSlice?
    private var event = 0
    private var offset = 0
    /// A sign between events, or around all of them, that is written next.
    private var sign: UInt8?

    /// Prepares the body of a page that has events. O(runs), see ``EventSlices/byteCount(at:)``.
    init(_ slices: EventSlices, as container: EventShape.Container, newestFirst: Bool) {
        self.slices = slices
        self.container = container
        self.newestFirst = newestFirst
        // Each event counts with its comma, whose place its separator takes: the last one's is the closing bracket.
        count = container == .lines ? slices.byteCount : slices.byteCount + 1
        sign = container == .lines ? nil : UInt8(ascii: "[")
    }

    func fill(_ room: inout OutputSpan<UInt8>) -> Bool {
        while room.freeCapacity > 0 {
            if let sign {
                room.append(sign)
                self.sign = nil
                continue
            }
            guard let run else {
                guard opened < slices.count else { return true }
                // Nil when there is no memory for it: the body cannot be continued.
                guard let next = slices.expanded(at: newestFirst ? slices.count - 1 - opened : opened) else {
                    return false
                }
                self.run = next
                opened += 1
                event = 0
                offset = 0
                continue
            }
            copy(run, to: &room)
        }
        return true
    }

    /// Appends all of it; false when there is no memory, or not for a run.
    func append(to bytes: inout ByteBuffer) -> Bool {
        guard bytes.tryReserve(count) else { return false }
        var isWhole = false
        bytes.appendUnsafe(upTo: count) { room in
            // SAFETY: the buffer lends room for that many bytes, and what is initialised is counted below.
            let buffer = unsafe UnsafeMutableBufferPointer(start: room, count: count)
            var output = unsafe OutputSpan<UInt8>(buffer: buffer, initializedCount: 0)
            isWhole = fill(&output)
            return unsafe output.finalize(for: buffer)
        }
        return isWhole
    }

    private func copy(_ run: EventSlice, to room: inout OutputSpan<UInt8>) {
        // Ascending, the events of a run lie as they go out, with the commas between them.
        let isBulk = container != .lines && !newestFirst
        let bytes = isBulk ? run.bytes : run.event(at: newestFirst ? run.count - 1 - event : event)
        let end = isBulk ? bytes.count - 1 : bytes.count
        let taken = min(end - offset, room.freeCapacity)
        room.append(bytes.extracting(offset..<(offset + taken)))
        offset += taken
        guard offset == end else { return }
        offset = 0
        event += isBulk ? run.count : 1
        let isRunOver = event == run.count
        if isRunOver { self.run = nil }
        switch container {
        case .lines: sign = UInt8(ascii: "\n")
        case .array, .merge: sign = isRunOver && opened == slices.count ? UInt8(ascii: "]") : UInt8(ascii: ",")
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends bytes for which there is room.
    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        withUnsafeMutableBufferPointer { buffer, count in
            bytes.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress, let room = buffer.baseAddress else { return }
                precondition(bytes.count <= buffer.count - count)
                // SAFETY: there is room for them after what is initialised, and the source is another block.
                unsafe UnsafeMutableRawPointer(room + count).copyMemory(from: source, byteCount: bytes.count)
                count += bytes.count
            }
        }
    }
}
