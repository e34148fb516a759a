private import Glibc

/// Tells the service supervisor how the daemon is doing: the datagrams of sd_notify(3), without libsystemd.
///
/// Every call is a no-op where no supervisor listens, and no failure reaches the caller: a daemon that serves is not
/// stopped by a supervisor that does not hear it. Safe from any thread; each call is one datagram.
package struct ServiceNotifier: Sendable {
    /// A path, or `@` and a name in Linux's abstract namespace; nil when nobody listens.
    private let socketAddress: String?

    /// Makes a notifier for the socket at `socketAddress`, the value of `NOTIFY_SOCKET`: an absolute path, or `@` and an
    /// abstract name.
    ///
    /// Anything else, including nil, makes every call a no-op.
    package init(socketAddress: String?) {
        self.socketAddress = socketAddress
    }

    /// Says that requests are answered from now on; `Type=notify` units count as started only then.
    package func ready(status: String) {
        // MAINPID is for a daemon that was started by a wrapper which the supervisor takes for the daemon itself.
        send("READY=1\nMAINPID=\(getpid())\nSTATUS=\(Self.oneLine(status))")
    }

    /// Says that the daemon has begun to stop.
    package func stopping(status: String) {
        send("STOPPING=1\nSTATUS=\(Self.oneLine(status))")
    }

    /// Says why the daemon does not start; `systemctl status` shows both. `code` is an errno, 0 for none.
    package func failed(status: String, errno code: Int32) {
        send("STATUS=\(Self.oneLine(status))" + (code > 0 ? "\nERRNO=\(code)" : ""))
    }

    /// Replaces the line that `systemctl status` shows.
    package func status(_ text: String) {
        send("STATUS=\(Self.oneLine(text))")
    }

    /// A newline would start the next assignment of the datagram.
    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private func send(_ message: String) {
        guard let socketAddress, var address = sockaddr_un(notifySocket: socketAddress) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // An abstract name counts to the end of the address, so the length excludes the unused rest of `sun_path`.
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + socketAddress.utf8.count } ?? 0
        var message = message
        // SAFETY: both pointers are valid for the call; the kernel reads `length` bytes of a larger sockaddr_un.
        message.withUTF8 { text in
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    while sendto(
                        descriptor, text.baseAddress, text.count, Int32(MSG_NOSIGNAL), generic,
                        socklen_t(length)) < 0, errno == EINTR
                    {}
                }
            }
        }
    }
}

extension sockaddr_un {
    /// Reads the address in the notation of `NOTIFY_SOCKET`; nil when it is of another kind or does not fit.
    fileprivate init?(notifySocket text: String) {
        let bytes = Array(text.utf8)
        self.init()
        // One byte less than there is room, so that a path always ends in NUL.
        guard let first = bytes.first, bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: sun_path) else {
            return nil
        }
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else { return nil }
        sun_family = sa_family_t(AF_UNIX)
        // SAFETY: `sun_path` is a plain array of char that was checked to be longer than `bytes`.
        withUnsafeMutableBytes(of: &sun_path) { path in
            path.copyBytes(from: bytes)
            if first == UInt8(ascii: "@") { path[0] = 0 }
        }
    }
}
