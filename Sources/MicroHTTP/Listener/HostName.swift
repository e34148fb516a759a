internal import Glibc

/// Names of hosts, as the machine's resolver knows them.
package enum HostName {
    /// Why a name has no address.
    package struct Failure: Error, Equatable {
        /// What the resolver says.
        package let reason: String
        /// Whether it may have one later: no server answered.
        package let isTemporary: Bool
    }

    /// The addresses of `host`, numeric and without brackets, in the order of the resolver, each once. At least one.
    ///
    /// Asks the resolver, which may ask name servers and wait as long as resolv.conf(5) says. Only `localhost` is both
    /// loopback addresses wherever the daemon runs, also where there is no file of hosts.
    package static func addresses(of host: String) throws(Failure) -> [String] {
        if host == "localhost" { return ["127.0.0.1", "::1"] }
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &found)
        guard code == 0 else {
            let reason = code == EAI_SYSTEM ? strerror(errno) : UnsafeMutablePointer(mutating: gai_strerror(code))
            let text = unsafe reason.map { unsafe String(cString: $0) } ?? "error \(code)"
            throw Failure(reason: text, isTemporary: code == EAI_AGAIN || code == EAI_SYSTEM || code == EAI_MEMORY)
        }
        defer { unsafe freeaddrinfo(found) }
        var addresses: [String] = []
        var next = unsafe found
        while let info = unsafe next?.pointee {
            // Longer than any address with its zone.
            var text = [CChar](repeating: 0, count: 128)
            let code = unsafe getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if code == 0, !addresses.contains(address) { addresses.append(address) }
            unsafe next = info.ai_next
        }
        guard !addresses.isEmpty else { throw Failure(reason: "it has no address", isTemporary: false) }
        return addresses
    }
}
