private import Glibc

extension ListenAddress {
    /// Reads `HOST:PORT`, `[IPv6]:PORT`, `:PORT` or `*:PORT` (every address), `unix:/PATH` or
    /// `unix:/PATH?mode=0660`. Surrounding white space does not matter.
    package init(_ text: String) throws(ListenAddressError) {
        let text = text.trimmingWhitespace()
        guard !text.isEmpty else { throw .empty }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else { throw .controlCharacter }
        if text.hasPrefix("unix:") {
            self = try Self.unix(text.dropFirst("unix:".count))
        } else {
            self = try Self.tcp(text)
        }
    }

    private static func unix(_ text: Substring) throws(ListenAddressError) -> ListenAddress {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        guard path.hasPrefix("/"), !path.hasSuffix("/") else { throw .relativePath }
        guard path.utf8.count <= maxPathBytes else { throw .longPath }
        guard parts.count == 2 else { return .unix(path: path, mode: defaultMode) }
        let digits = parts[1].dropFirst("mode=".count)
        guard parts[1].hasPrefix("mode="), (3...4).contains(digits.count),
            digits.allSatisfy({ ("0"..."7").contains($0) }),
            let mode = mode_t(digits, radix: 8), mode <= 0o777
        else { throw .badMode }
        return .unix(path: path, mode: mode)
    }

    private static func tcp(_ text: String) throws(ListenAddressError) -> ListenAddress {
        let host: Substring
        let port: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw .badHost(text) }
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.hasPrefix(":") else { throw .noPort }
            port = rest.dropFirst()
            guard case .v6 = IPAddress(String(host)) else { throw .badHost(String(host)) }
        } else {
            guard let colon = text.lastIndex(of: ":") else { throw .noPort }
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            if host.contains(":") { throw .bareIPv6 }
            guard host.isEmpty || host == anyHost || isHost(String(host)) else { throw .badHost(String(host)) }
        }
        guard !port.isEmpty else { throw .noPort }
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = UInt16(port)
        else { throw .badPort(String(port)) }
        return .tcp(host: host.isEmpty ? anyHost : String(host), port: number)
    }

    /// An IPv4 address, or a name of RFC 1123 section 2.1. A name whose last label is a number is a mistyped IPv4
    /// address: no top-level domain is one.
    private static func isHost(_ text: String) -> Bool {
        if case .v4 = IPAddress(text) { return true }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, !last.allSatisfy({ ("0"..."9").contains($0) }) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }
}

/// A literal IPv4 or IPv6 address.
enum IPAddress {
    case v4([UInt8])
    case v6([UInt8])

    /// Reads dotted-decimal IPv4 or IPv6 (RFC 4291 section 2.2, no zone) as inet_pton(3) does. Nil for anything else.
    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(withUnsafeBytes(of: v4) { Array($0) })
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self = .v6(withUnsafeBytes(of: v6) { Array($0) })
        } else {
            return nil
        }
    }

    /// Whether it is 127.0.0.0/8, ::1, or the former mapped into IPv6 (RFC 4291 sections 2.5.3 and 2.5.5.2).
    var isLoopback: Bool {
        switch self {
        case .v4(let bytes): bytes[0] == 127
        case .v6(let bytes):
            bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
                || (bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] && bytes[12] == 127)
        }
    }
}
