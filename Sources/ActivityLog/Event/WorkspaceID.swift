/// The rules of a workspace's name: 1 to 128 bytes of `[A-Za-z0-9._~-]` (the unreserved characters of RFC 3986
/// section 2.3, so an id never needs percent-encoding), but not `.` or `..`, which a URL treats as path segments.
package enum WorkspaceID {
    /// The longest id, in bytes.
    package static let maxBytes = 128

    /// Whether `bytes` are a valid id. O(count).
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0, bytes.count <= maxBytes else { return false }
        for index in bytes.indices where !isAllowed(bytes[index]) { return false }
        let dot = UInt8(ascii: ".")
        if bytes[0] == dot, bytes.count == 1 || (bytes.count == 2 && bytes[1] == dot) { return false }
        return true
    }

    /// The hash of an id, seeded anew in each process, so that no client can aim at one chain of a table.
    package static func hash(of id: Span<UInt8>) -> Int {
        var hasher = Hasher()
        id.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// Whether a byte may stand in an id.
    @inline(__always)
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
