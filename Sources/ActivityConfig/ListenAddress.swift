package import Glibc

/// An address that the daemon accepts connections on.
package enum ListenAddress: Sendable, Hashable {
    /// A TCP socket. `host` is an IPv4 or IPv6 address (without brackets), a host name, or ``anyHost``;
    /// port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    /// A Unix stream socket at an absolute path, created with the permissions `mode`.
    case unix(path: String, mode: mode_t)

    /// The host that stands for every address of the machine, IPv4 and IPv6.
    package static let anyHost = "*"

    /// The permissions of a socket file unless the address says otherwise: owner and group may connect.
    package static let defaultMode: mode_t = 0o660

    /// The longest path of a Unix socket in bytes: `sockaddr_un.sun_path` holds 108 with the final NUL (unix(7)).
    package static let maxPathBytes = 107

    /// Whether only processes of this machine can connect. A host name other than `localhost` counts as not:
    /// what it resolves to is the business of whoever runs the name server.
    package var isLoopback: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _):
            host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as ``init(_:)`` reads it back.
    package var description: String {
        switch self {
        case .tcp(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path, Self.defaultMode):
            "unix:\(path)"
        case .unix(let path, let mode):
            // A leading 1 keeps the zeros in front of three octal digits, and is then replaced by the usual 0.
            "unix:\(path)?mode=0\(String(0o1000 | mode, radix: 8).dropFirst())"
        }
    }
}
