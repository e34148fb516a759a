import Foundation

/// A bound Unix datagram socket: the supervisor's side of `NOTIFY_SOCKET`.
package final class DatagramReceiver: Sendable {
    /// The value for `NOTIFY_SOCKET`: a path, or `@` and an abstract name.
    package let address: String
    /// Readable when a datagram waits. Stays the receiver's.
    package let descriptor: Int32

    /// Binds a socket to `address`, in the notation of `NOTIFY_SOCKET`.
    package init(address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        let bytes = Array(address.utf8)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { throw POSIXError(.ENAMETOOLONG) }
        // SAFETY: `sun_path` is a plain array of char that was checked to be longer than `bytes`.
        withUnsafeMutableBytes(of: &name.sun_path) { path in
            path.copyBytes(from: bytes)
            if bytes.first == UInt8(ascii: "@") { path[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        // SAFETY: the kernel reads `length` bytes of a larger sockaddr_un.
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else {
            let cause = errno
            close(descriptor)
            throw POSIXError(.init(rawValue: cause) ?? .EIO)
        }
    }

    deinit {
        close(descriptor)
    }

    /// The oldest datagram that waits, or nil when none has arrived within `seconds`.
    package func receive(within seconds: Double = 0) -> String? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(seconds * 1000)) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
