private import Glibc

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
