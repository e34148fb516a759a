import ByteBuffers
import CMicroHTTPD
import Glibc

/// What is left of an answer that did not go out at once. Worker's thread.
final class OutgoingAnswer {
    /// What became of an attempt to send on.
    enum Progress {
        /// The kernel has all of it.
        case sent
        /// The socket has no room.
        case waiting
        /// The socket may have room, but others come first.
        case more
        /// The peer is gone, or the source has failed.
        case failed
    }

    /// What one turn of the worker's loop sends, at most, of one answer.
    private static let turnBytes = 1 << 20
    /// Pieces in one system call.
    private static let mostPieces = 64

    private let head: ByteBuffer
    private let body: ByteBuffer
    private let parts: [HTTPBodyPart]
    private let produced: ProducedBody?
    /// What the source has produced last.
    private var block = ByteBuffer()

    private var headSent: Int
    private var bodySent = 0
    private var partIndex = 0
    private var blockSent = 0
    private var producedCount = 0

    /// Takes over what is left after `sent` bytes of head and body: a copy of the head, and the body, which is the
    /// response's no more; without a body when `hasBody` is false.
    init(head: Span<UInt8>, of response: inout HTTPResponse, hasBody: Bool, sent: Int) {
        var copy = ByteBuffer(capacity: head.count)
        copy.append(head)
        self.head = copy
        headSent = min(sent, head.count)
        body = hasBody && response.produced == nil && response.parts.isEmpty ? response.body.take() : ByteBuffer()
        parts = hasBody ? response.parts : []
        produced = hasBody ? response.produced : nil
        skip(sent - headSent)
    }

    /// Sends on.
    func advance(_ descriptor: Int32) -> Progress {
        var turn = 0
        while true {
            if let produced, blockSent == block.count, producedCount < produced.count {
                guard turn == 0 else { return .more }
                guard produced.fill(&block, position: producedCount) else { return .failed }
                producedCount += block.count
                blockSent = 0
            }
            let (wanted, sent) = sendPieces(descriptor)
            guard wanted > 0 else { return .sent }
            guard sent >= 0 || errno == EAGAIN || errno == EINTR || errno == ENOBUFS else { return .failed }
            guard sent > 0 else { return .waiting }
            let headPart = min(sent, head.count - headSent)
            headSent += headPart
            skip(sent - headPart)
            guard sent == wanted else { return .waiting }
            turn += sent
            if turn >= Self.turnBytes, !isComplete { return .more }
        }
    }

    private var isComplete: Bool {
        headSent == head.count && bodySent == body.count && partIndex == parts.count && blockSent == block.count
            && producedCount == produced?.count ?? 0
    }

    /// Notes that `count` bytes of the body have gone.
    private func skip(_ count: Int) {
        var count = count
        if produced != nil {
            blockSent += count
            return
        }
        if parts.isEmpty {
            bodySent += count
            return
        }
        while partIndex < parts.count {
            let left = unsafe parts[partIndex].bytes.count - bodySent
            if count < left {
                bodySent += count
                return
            }
            count -= left
            bodySent = 0
            partIndex += 1
        }
    }

    private static func rest(of bytes: borrowing ByteBuffer, from start: Int) -> UnsafeRawBufferPointer {
        bytes.span.withUnsafeBytes { unsafe UnsafeRawBufferPointer(rebasing: $0[start...]) }
    }

    /// Sends what comes next in one call; returns how much that is, and how much went, -1 with errno.
    private func sendPieces(_ descriptor: Int32) -> (wanted: Int, sent: Int) {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.mostPieces) { pieces in
            var count = 0
            var wanted = 0
            func add(_ bytes: UnsafeRawBufferPointer) {
                guard !bytes.isEmpty, count < Self.mostPieces else { return }
                // SAFETY: sendmsg only reads what is at the address.
                unsafe pieces.initializeElement(
                    at: count,
                    to: iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
                count += 1
                wanted += bytes.count
            }
            // SAFETY: the buffers and the owners of the parts are this object's, and stay as they are during the call.
            unsafe add(Self.rest(of: head, from: headSent))
            if parts.isEmpty {
                unsafe add(Self.rest(of: body, from: bodySent))
            } else {
                for index in partIndex..<min(parts.count, partIndex + Self.mostPieces) where wanted < Self.turnBytes {
                    let start = index == partIndex ? bodySent : 0
                    add(unsafe UnsafeRawBufferPointer(rebasing: parts[index].bytes[start...]))
                }
            }
            unsafe add(Self.rest(of: block, from: blockSent))
            guard count > 0 else { return (0, 0) }
            guard let start = pieces.baseAddress else { return (0, 0) }
            return (wanted, unsafe CMicroHTTPD_sendPieces(descriptor, start, count))
        }
    }
}
