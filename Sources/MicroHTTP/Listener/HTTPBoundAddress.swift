/// An address that a server really listens on, with the port that the kernel chose.
package enum HTTPBoundAddress: Sendable, Equatable {
    /// A TCP address; `host` is numeric, without brackets.
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    /// The port, or nil for a Unix socket.
    package var port: UInt16? {
        if case .tcp(_, let port) = self { port } else { nil }
    }
}

extension HTTPBoundAddress: CustomStringConvertible {
    /// `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/activityd.sock`.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
