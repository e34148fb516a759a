internal import Glibc

/// Why a server does not start.
package enum HTTPServerError: Error, Equatable {
    /// No listener is configured.
    case noListener
    /// A host that is no IP address, and no name that the resolver knows an address of.
    case unresolvedHost(String, reason: String)
    /// A text that the resolver gave for an address, and that is none.
    case invalidHost(String)
    /// A Unix socket path that is empty or too long for the kernel (107 bytes).
    case invalidPath(String)
    /// Another process serves the Unix socket.
    case socketInUse(path: String)
    /// The path exists and is no socket; it is left alone.
    case notASocket(path: String)
    /// An inherited descriptor that is not a listening stream socket.
    case notListening(descriptor: Int32)
    /// A system call failed for an address.
    case system(call: String, address: String, errno: Int32)
    /// libmicrohttpd refused to start a worker; it has logged why.
    case workerNotStarted(Int)
}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noListener: "no address to listen on"
        case .unresolvedHost(let host, let reason): "cannot listen on '\(host)': the name has no address: \(reason)"
        case .invalidHost(let host): "cannot listen on '\(host)': not an IP address"
        case .invalidPath(let path): "cannot listen on 'unix:\(path)': the path is empty or longer than 107 bytes"
        case .socketInUse(let path): "cannot listen on 'unix:\(path)': another process is listening there"
        case .notASocket(let path): "cannot listen on 'unix:\(path)': the file exists and is not a socket"
        case .notListening(let descriptor): "inherited descriptor \(descriptor) is not a listening stream socket"
        case .system(let call, let address, let code):
            "cannot listen on '\(address)': \(call): \(unsafe String(cString: strerror(code)))"
        case .workerNotStarted(let index): "libmicrohttpd did not start worker \(index)"
        }
    }
}
