internal import Glibc

/// Where a connection comes from.
package enum PeerAddress: Sendable, Equatable {
    /// IPv4, also when it came mapped into IPv6; address and port in host order.
    case v4(UInt32, port: UInt16)
    /// IPv6: the network half, the interface half, both in host order.
    case v6(UInt64, UInt64, port: UInt16)
    /// A Unix socket, or a family that nobody listens on.
    case local

    /// Reads a socket address; nil and unknown families are local.
    init(_ address: UnsafePointer<sockaddr>?) {
        guard let address else {
            self = .local
            return
        }
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            // SAFETY: the family says that the storage behind `address` is a sockaddr_in.
            self = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr), port: UInt16(bigEndian: $0.pointee.sin_port))
            }
        case AF_INET6:
            // SAFETY: the family says that the storage behind `address` is a sockaddr_in6.
            self = unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                PeerAddress($0.pointee)
            }
        default: self = .local
        }
    }

    private init(_ address: sockaddr_in6) {
        let port = UInt16(bigEndian: address.sin6_port)
        let (network, interface) = withUnsafeBytes(of: address.sin6_addr) { bytes in
            (
                UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        // ::ffff:a.b.c.d, RFC 4291 section 2.5.5.2.
        let isMapped = network == 0 && interface >> 32 == 0xffff
        self = isMapped ? .v4(UInt32(truncatingIfNeeded: interface), port: port) : .v6(network, interface, port: port)
    }

    /// What the limit per address counts: an IPv4 address, or an IPv6 /64, which is what one customer gets. Nil for
    /// local peers, which are not limited.
    package var limitKey: LimitKey? {
        switch self {
        case .v4(let address, _): LimitKey(isV4: true, bits: UInt64(address))
        case .v6(let network, _, _): LimitKey(isV4: false, bits: network)
        case .local: nil
        }
    }

    /// An address as far as the limit per address tells addresses apart.
    package struct LimitKey: Hashable, Sendable {
        var isV4: Bool
        var bits: UInt64
    }
}

extension PeerAddress {
    /// The address in numeric form, without brackets, and the port; nil for local peers.
    var hostAndPort: (host: String, port: UInt16)? {
        switch self {
        case .v4(let address, let port):
            return ("\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)", port)
        case .v6(let network, let interface, let port):
            var address = in6_addr()
            withUnsafeMutableBytes(of: &address) { bytes in
                unsafe bytes.storeBytes(of: network.bigEndian, toByteOffset: 0, as: UInt64.self)
                unsafe bytes.storeBytes(of: interface.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(INET6_ADDRSTRLEN)) != nil else { return nil }
            return (String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), port)
        case .local: return nil
        }
    }
}

extension PeerAddress: CustomStringConvertible {
    /// `192.0.2.1:4711`, `[2001:db8::1]:4711` or `local`. For log lines, not for the hot path.
    package var description: String {
        guard let (host, port) = hostAndPort else { return "local" }
        return HTTPBoundAddress.tcp(host: host, port: port).description
    }
}
