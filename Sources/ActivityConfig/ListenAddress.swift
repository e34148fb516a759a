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

/// Why a text is not a ``ListenAddress``.
package enum ListenAddressError: Error, Equatable {
    case empty
    case controlCharacter
    case noPort
    case badPort(String)
    case badHost(String)
    /// An IPv6 address without brackets, in which the port cannot be told from the last group.
    case bareIPv6
    case relativePath
    case longPath
    case badMode
}

extension ListenAddressError: CustomStringConvertible {
    /// What is wrong and what would be right, as the end of a sentence.
    package var description: String {
        switch self {
        case .empty: "it is empty"
        case .controlCharacter: "it holds a control character"
        case .noPort: "it has no port (write HOST:PORT)"
        case .badPort(let port): "the port \(quoted(port)) is not a number from 0 to 65535"
        case .badHost(let host): "\(quoted(host)) is neither an IP address nor a host name"
        case .bareIPv6: "an IPv6 address takes brackets (write [::1]:8790)"
        case .relativePath: "a Unix socket takes the absolute path of a file (write unix:/run/activityd/activityd.sock)"
        case .longPath: "the path of a Unix socket is at most \(ListenAddress.maxPathBytes) bytes"
        case .badMode: "the mode of a Unix socket is octal, 000 to 0777 (write ?mode=0660)"
        }
    }
}
