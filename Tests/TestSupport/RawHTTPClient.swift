import Foundation

/// A blocking HTTP/1.1 client that sends bytes as they are and reads exactly one response at a time.
///
/// Every read ends with an error after the limit given at the start, so that a server that says nothing fails a test
/// instead of holding it up. One thread at a time.
package final class RawHTTPClient {
    /// Why nothing more can be read.
    package enum Failure: Error, Equatable {
        /// The peer has closed or reset the connection, possibly in the middle of a response.
        case closed
        /// Nothing came within the limit.
        case timedOut
        /// What came is not a response; the text is what was read.
        case malformed(String)
        /// A system call failed.
        case system(call: String, errno: Int32)
    }

    private let descriptor: Int32
    /// Received and not yet handed out.
    private var pending: [UInt8] = []

    /// Connects over TCP to a numeric IPv4 or IPv6 address.
    package convenience init(host: String = "127.0.0.1", port: UInt16, limitSeconds: Int = 10) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let info = found else { throw Failure.system(call: "getaddrinfo", errno: code) }
        defer { freeaddrinfo(info) }
        try self.init(
            family: info.pointee.ai_family, address: info.pointee.ai_addr, size: info.pointee.ai_addrlen,
            limitSeconds: limitSeconds)
        var enabled: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &enabled, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Connects to a Unix stream socket.
    package convenience init(unixPath path: String, limitSeconds: Int = 10) throws {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        // SAFETY: a sockaddr_un is read as the sockaddr that it begins with.
        self.init(
            connected: try withUnsafePointer(to: &name) { pointer in
                try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    try Self.connect(family: AF_UNIX, address: $0, size: size, limitSeconds: limitSeconds)
                }
            })
    }

    private convenience init(
        family: Int32, address: UnsafePointer<sockaddr>, size: socklen_t, limitSeconds: Int
    ) throws {
        self.init(connected: try Self.connect(family: family, address: address, size: size, limitSeconds: limitSeconds))
    }

    private init(connected descriptor: Int32) { self.descriptor = descriptor }

    /// Lets the kernel hold little for this client: with a client that does not read, the sender's side fills up soon.
    package func holdLittle(bytes: Int32 = 4096) {
        var size = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sends what the peer takes within a moment; returns how much.
    package func sendWhatFits(_ bytes: [UInt8]) -> Int {
        var sent = 0
        var misses = 0
        while sent < bytes.count, misses < 20 {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
                misses = 0
            } else if errno == EAGAIN {
                misses += 1
                _ = poll(nil, 0, 2)
            } else {
                break
            }
        }
        return sent
    }

    /// Makes the socket of a client that connects later, for a test that leaves no descriptor for more.
    package static func unconnected() throws -> RawHTTPClient {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.system(call: "socket", errno: errno) }
        setLimit(of: descriptor, seconds: 10)
        return RawHTTPClient(connected: descriptor)
    }

    /// Connects what ``unconnected()`` made to 127.0.0.1.
    package func connect(port: UInt16) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        // SAFETY: a sockaddr_in is read as the sockaddr that it begins with.
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.system(call: "connect", errno: errno) }
    }

    private static func setLimit(of descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit { close(descriptor) }

    private static func connect(
        family: Int32, address: UnsafePointer<sockaddr>, size: socklen_t, limitSeconds: Int
    ) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.system(call: "socket", errno: errno) }
        setLimit(of: descriptor, seconds: limitSeconds)
        guard Glibc.connect(descriptor, address, size) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure.system(call: "connect", errno: code)
        }
        return descriptor
    }

    // MARK: Sending

    /// Sends `bytes`, in one call where the kernel takes them all.
    package func send(_ bytes: some Collection<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends the UTF-8 bytes of `text`.
    package func send(_ text: String) throws { try send(text.utf8) }

    /// Sends `text` in pieces of `size` bytes, each in a packet of its own.
    package func send(_ text: String, inPiecesOf size: Int) throws {
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try send(bytes[start..<min(start + size, bytes.count)])
        }
    }

    /// Tells the server that no more is sent; answers can still be read.
    package func finishSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    // MARK: Receiving

    /// Reads one response: its body by Content-Length, or to the end of the connection where there is none. With
    /// `toHead`, as an answer to a HEAD, which has no body whatever its headers say.
    package func receive(toHead: Bool = false) throws -> RawHTTPResponse {
        let separator: [UInt8] = [13, 10, 13, 10]
        var searched = 0
        while true {
            if let end = pending[searched...].firstRange(of: separator)?.upperBound {
                let head = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end)
                guard var response = RawHTTPResponse(head: head) else { throw Failure.malformed(head) }
                if !toHead, response.hasBody { response.body = try receiveBody(of: response) }
                return response
            }
            searched = max(0, pending.count - 3)
            try fill()
        }
    }

    /// Reads until `text` has come, and returns everything up to its end: one step in a stream.
    package func receive(through text: String) throws -> String {
        let wanted = Array(text.utf8)
        var searched = 0
        while true {
            if let end = pending[searched...].firstRange(of: wanted)?.upperBound {
                defer { pending.removeFirst(end) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            searched = max(0, pending.count - wanted.count + 1)
            try fill()
        }
    }

    /// Reads until the peer has closed, and returns what came. A reset is an end, too.
    package func receiveToEnd() throws -> String {
        do {
            while true { try fill() }
        } catch Failure.closed {
            defer { pending = [] }
            return String(decoding: pending, as: UTF8.self)
        }
    }

    /// Makes the kernel hold little that has not been read.
    package func setReceiveBuffer(_ bytes: Int32) {
        var bytes = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Reads at least `count` bytes, in pieces as small as they are wanted, and returns them.
    package func receive(atLeast count: Int) throws -> [UInt8] {
        while pending.count < count { try fill(atMost: count - pending.count) }
        defer { pending = [] }
        return pending
    }

    /// Whether bytes or an end can be read within `milliseconds`.
    package func isReadable(within milliseconds: Int32 = 0) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return !pending.isEmpty || poll(&watched, 1, milliseconds) > 0
    }

    private func receiveBody(of response: RawHTTPResponse) throws -> [UInt8] {
        guard let count = response.header("Content-Length").flatMap({ Int($0) }) else {
            return Array(try receiveToEnd().utf8)
        }
        while pending.count < count { try fill() }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func fill(atMost most: Int = 65536) throws {
        let received = try withUnsafeTemporaryAllocation(byteCount: most, alignment: 1) { room in
            let count = recv(descriptor, room.baseAddress, room.count, 0)
            guard count != 0 else { throw Failure.closed }
            guard count > 0 else { throw Self.failure("recv") }
            return [UInt8](room[..<count])
        }
        pending += received
    }

    private static func failure(_ call: String) -> Failure {
        switch errno {
        case ECONNRESET, EPIPE: .closed
        case EAGAIN: .timedOut
        default: .system(call: call, errno: errno)
        }
    }
}
