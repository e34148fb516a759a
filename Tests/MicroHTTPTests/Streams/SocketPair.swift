import ByteBuffers
import Foundation

@testable import MicroHTTP

/// A connected pair of Unix sockets: one end is a stream's, the other is the peer. Small buffers, so that little fills them.
final class SocketPair {
    /// The stream's end. Open as long as anything refers to it.
    private(set) var socket: StreamSocket?
    private var peer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        var room: Int32 = 4096
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        peer = ends[1]
        socket = StreamSocket(descriptor: ends[0], isLocal: true)
    }

    deinit { leave() }

    /// Hands the stream's end out, so that the table holds the only reference.
    func takeSocket() throws -> StreamSocket {
        defer { socket = nil }
        guard let socket else { throw POSIXError(.EBADF) }
        return socket
    }

    /// Reads what has arrived.
    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var text = ""
        while true {
            let count = recv(peer, &bytes, bytes.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    /// Whether the stream's end has been closed, and everything before that been read.
    var hasEnded: Bool {
        var byte: UInt8 = 0
        return recv(peer, &byte, 1, Int32(MSG_PEEK)) == 0
    }

    /// Closes the peer's end.
    func leave() {
        if peer >= 0 { close(peer) }
        peer = -1
    }

    /// Says that the peer sends nothing more.
    func finishSending() { _ = shutdown(peer, Int32(SHUT_WR)) }
}

extension StreamChunk {
    /// Makes a chunk of text.
    convenience init(text: String) {
        var bytes = ByteBuffer()
        bytes.append(text: text)
        self.init(bytes)
    }
}
