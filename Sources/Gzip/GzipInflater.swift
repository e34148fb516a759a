package import ByteBuffers
internal import CZlib

/// Why a gzip body cannot be inflated.
package enum GzipError: Error, Equatable {
    /// More comes out than the bound: a mistake, or a bomb of a thousand to one.
    case tooLarge
    /// The body ends before its last member does; also a body of no bytes at all.
    case cutShort
    /// It is no gzip, or has been damaged; `reason` is zlib's.
    case corrupt(reason: String)
    /// Something other than another member comes after a member.
    case trailingGarbage
    /// There is no memory for it.
    case outOfMemory
}

/// Inflates gzip bodies (RFC 1952), also those of several members, piece by piece and up to a bound.
///
/// A body is begun by ``begin(upTo:)``, comes by ``append(_:to:)`` and ends with ``finish()``; ``inflate(_:into:upTo:)`` does
/// all three. After an error only ``begin(upTo:)`` goes on. zlib's state, some 40 KiB, is made for the first body and used
/// again; a body that failed or was given up leaves nothing behind. O(what goes in + what comes out).
///
/// Not synchronised: one thread at a time.
package struct GzipInflater: ~Copyable {
    private enum State {
        /// Before the first member, or within one.
        case inside
        /// After a member: at the end, or before the next one.
        case between
        case failed
    }

    /// Nil before the first body, and as long as there is no memory for it.
    ///
    /// SAFETY: made by `begin`, ended and freed by `deinit`, and never shared. It is on the heap since zlib keeps its
    /// address.
    private var stream: UnsafeMutablePointer<z_stream>?
    private var state = State.failed
    /// What may still come out.
    private var rest = 0

    /// Makes an inflater that holds nothing yet.
    package init() {}

    deinit {
        guard let stream = unsafe stream else { return }
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends to `output` what all of `body` stands for, `bound` bytes at most.
    ///
    /// After an error `output` holds a beginning of it, within the bound.
    package mutating func inflate(
        _ body: Span<UInt8>, into output: inout ByteBuffer, upTo bound: Int
    ) throws(GzipError) {
        try begin(upTo: bound)
        try append(body, to: &output)
        try finish()
    }

    /// Begins a body of which `bound` bytes may come out; forgets the one before it.
    package mutating func begin(upTo bound: Int) throws(GzipError) {
        state = .failed
        rest = max(bound, 0)
        if let stream = unsafe stream {
            guard unsafe inflateReset(stream) == Z_OK else { throw .lost }
        } else {
            let fresh = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            unsafe fresh.initialize(to: z_stream())
            guard unsafe CZlib_inflateInitGzip(fresh) == Z_OK else {
                unsafe fresh.deallocate()
                throw .outOfMemory
            }
            unsafe stream = fresh
        }
        state = .inside
    }

    /// Inflates the next piece of the body and appends what it stands for.
    package mutating func append(_ piece: Span<UInt8>, to output: inout ByteBuffer) throws(GzipError) {
        guard state != .failed, let stream = unsafe stream else { throw .corrupt(reason: "no body was begun") }
        guard piece.count > 0 else { return }
        let before = state
        state = .failed
        state = try unsafe Self.run(stream, piece, from: before, rest: &rest, to: &output)
    }

    /// Ends the body.
    package mutating func finish() throws(GzipError) {
        defer { state = .failed }
        switch state {
        case .between: return
        case .inside: throw .cutShort
        case .failed: throw .corrupt(reason: "no body was begun")
        }
    }

    private static func run(
        _ stream: UnsafeMutablePointer<z_stream>, _ piece: Span<UInt8>, from state: State, rest: inout Int,
        to output: inout ByteBuffer
    ) throws(GzipError) -> State {
        var state = state
        var input = piece
        var mayHoldMore = false
        while input.count > 0 || mayHoldMore {
            if state == .between {
                // What else a header has to be is zlib's to say.
                guard input[0] == 0x1F else { throw .trailingGarbage }
                guard unsafe inflateReset(stream) == Z_OK else { throw .lost }
                state = .inside
            }
            // One byte beyond the bound, so that a body of exactly the bound comes to its end.
            let bound = rest < .max ? rest + 1 : rest
            let room = min(bound, max(leastRoom, min(4 * input.count, mostRoom)))
            guard output.tryReserve(room) else { throw .outOfMemory }
            let step = unsafe inflate(stream, input, upTo: room, into: &output)
            guard step.written <= rest else {
                output.truncate(to: output.count - (step.written - rest))
                throw .tooLarge
            }
            rest -= step.written
            input = input.extracting(step.read...)
            mayHoldMore = step.written == room
            switch step.result {
            case Z_OK: break
            case Z_STREAM_END:
                state = .between
                mayHoldMore = false
            case Z_BUF_ERROR where input.count == 0: mayHoldMore = false
            case Z_MEM_ERROR: throw .outOfMemory
            default:
                throw .corrupt(
                    reason: unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib has no reason")
            }
        }
        return state
    }

    /// Room for a small body, and the most that is made at a time: zlib fills what it is given.
    private static let leastRoom = 4 << 10
    private static let mostRoom = 256 << 10

    /// One call of zlib: reads some of `input` and appends up to `room` bytes, for which there is room.
    ///
    /// SAFETY: zlib reads and writes within the counts that it is given here, during the call only. `stream` was initialised
    /// by `begin`.
    private static func inflate(
        _ stream: UnsafeMutablePointer<z_stream>, _ input: Span<UInt8>, upTo room: Int, into output: inout ByteBuffer
    ) -> (result: Int32, read: Int, written: Int) {
        var result = Z_OK
        var read = 0
        let before = output.count
        output.appendUnsafe(upTo: room) { target in
            input.withUnsafeBufferPointer { source in
                let offered = UInt32(clamping: source.count)
                let space = UInt32(clamping: room)
                unsafe stream.pointee.next_in = source.baseAddress
                unsafe stream.pointee.avail_in = offered
                unsafe stream.pointee.next_out = target
                unsafe stream.pointee.avail_out = space
                result = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                read = Int(offered - stream.pointee.avail_in)
                let written = Int(space - stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
                return written
            }
        }
        return (result, read, output.count - before)
    }
}

extension GzipError {
    /// What cannot be, since zlib's state is made by nobody else.
    fileprivate static let lost = GzipError.corrupt(reason: "zlib has lost its state")
}
