internal import Glibc

extension ListeningSocket {
    /// Attempts to find a port that is free on all addresses of a name, when the kernel chooses it.
    private static let sharedPortAttempts = 16

    /// Binds a TCP address, or every address of a name on the same port.
    static func bindTCP(host: String, port: UInt16, backlog: Int32) throws(HTTPServerError) -> [ListeningSocket] {
        switch host {
        case "", "*":
            do throws(HTTPServerError) {
                return [try bindLiteral(host: "::", port: port, backlog: backlog)]
            } catch {
                guard error.isMissingFamily else { throw error }
                return [try bindLiteral(host: "0.0.0.0", port: port, backlog: backlog)]
            }
        default:
            let addresses: [String]
            do throws(HostName.Failure) {
                addresses = try HostName.addresses(of: host)
            } catch {
                throw .unresolvedHost(host, reason: error.reason)
            }
            return try bindAll(addresses, port: port, backlog: backlog)
        }
    }

    /// Binds all of `hosts` that this machine has, on one port; fails when it has none of them.
    private static func bindAll(
        _ hosts: [String], port: UInt16, backlog: Int32
    ) throws(HTTPServerError) -> [ListeningSocket] {
        var attempt = 1
        while true {
            var bound: [ListeningSocket] = []
            var missing: HTTPServerError?
            do throws(HTTPServerError) {
                for host in hosts {
                    do throws(HTTPServerError) {
                        let chosen = bound.first?.address.port ?? port
                        bound.append(try bindLiteral(host: host, port: chosen, backlog: backlog))
                    } catch {
                        guard error.isMissingFamily else { throw error }
                        missing = error
                    }
                }
                if bound.isEmpty, let missing { throw missing }
                return bound
            } catch {
                for socket in bound { socket.close() }
                guard port == 0, error.code == EADDRINUSE, attempt < sharedPortAttempts else { throw error }
                attempt += 1
            }
        }
    }

    private static func bindLiteral(
        host: String, port: UInt16, backlog: Int32
    ) throws(HTTPServerError) -> ListeningSocket {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let info = unsafe found else {
            throw .invalidHost(host)
        }
        defer { unsafe freeaddrinfo(info) }
        let name = HTTPBoundAddress.tcp(host: host, port: port).description
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(info.pointee.ai_family, flags, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", address: name, errno: errno) }
        do throws(HTTPServerError) {
            set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if unsafe info.pointee.ai_family == AF_INET6 {
                // A wildcard serves both families; a single address is IPv6 only, whatever the system's default is.
                set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, isWildcard(host) ? 0 : 1)
            }
            guard unsafe Glibc.bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 else {
                throw .system(call: "bind", address: name, errno: errno)
            }
            guard listen(descriptor, backlog) == 0 else { throw .system(call: "listen", address: name, errno: errno) }
            guard let address = boundAddress(of: descriptor) else {
                throw .system(call: "getsockname", address: name, errno: errno)
            }
            return ListeningSocket(descriptor: descriptor, address: address)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func isWildcard(_ host: String) -> Bool { host.allSatisfy { $0 == ":" || $0 == "0" } }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension HTTPServerError {
    /// The errno of a failed system call, or 0.
    fileprivate var code: Int32 {
        if case .system(_, _, let code) = self { code } else { 0 }
    }

    /// Whether the machine has no such address family or address.
    fileprivate var isMissingFamily: Bool { code == EAFNOSUPPORT || code == EADDRNOTAVAIL }
}
