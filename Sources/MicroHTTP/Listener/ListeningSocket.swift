internal import CMicroHTTPD
internal import Glibc

/// A bound and listening socket.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    let address: HTTPBoundAddress
    /// The listener of the configuration that it belongs to.
    var listener = 0
    /// Whether the file of a Unix socket is ours to remove.
    var ownsPath = false

    /// Binds everything that `listener` stands for. Nothing stays open when it throws.
    static func bind(_ listener: HTTPListener, backlog: Int32) throws(HTTPServerError) -> [ListeningSocket] {
        switch listener {
        case .tcp(let host, let port): try bindTCP(host: host, port: port, backlog: backlog)
        case .unix(let path, let mode): [try bindUnix(path: path, mode: mode, backlog: backlog)]
        case .inherited(let descriptor): [try adopt(descriptor)]
        }
    }

    /// Closes the socket and removes its file.
    func close() {
        _ = Glibc.close(descriptor)
        removeFile()
    }

    /// Removes the file of a Unix socket that was bound here.
    func removeFile() {
        guard ownsPath, case .unix(let path) = address else { return }
        _ = unlink(path)
    }

    /// Takes over a socket that another process has bound.
    private static func adopt(_ descriptor: Int32) throws(HTTPServerError) -> ListeningSocket {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening == 1,
            let address = boundAddress(of: descriptor)
        else { throw .notListening(descriptor: descriptor) }
        // Non-blocking is a property of the socket that its owner shares; systemd does not read from it.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        return ListeningSocket(descriptor: descriptor, address: address)
    }

    /// Where a socket is bound, or nil when it is neither TCP nor Unix.
    static func boundAddress(of descriptor: Int32) -> HTTPBoundAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let family = withUnsafeMutablePointer(to: &storage) { storage in
            // SAFETY: a sockaddr_storage is made to be used as any socket address.
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size) == 0 ? Int32($0.pointee.sa_family) : -1
            }
        }
        switch family {
        case AF_UNIX: return .unix(path: unixPath(storage, size: Int(size)))
        case AF_INET, AF_INET6:
            let peer = withUnsafePointer(to: &storage) { storage in
                // SAFETY: as above.
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe PeerAddress($0) }
            }
            guard let (host, port) = peer.hostAndPort else { return nil }
            return .tcp(host: host, port: port)
        default: return nil
        }
    }

    private static func unixPath(_ storage: sockaddr_storage, size: Int) -> String {
        withUnsafeBytes(of: storage) { bytes in
            let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
            return String(decoding: bytes[start..<max(start, size)].prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
