internal import ActivityLog
internal import ByteBuffers

/// The versions of several logs as one value: what a merged answer to one URL is a function of.
///
/// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/) over each log's epoch, latest and oldest id, in
/// order. Not seeded, unlike `Hasher`: daemons that share their logs make the same validator.
struct MergedVersion: Equatable {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Combines the versions of `pages`. O(pages).
    init(_ pages: [EventPage]) {
        for page in pages {
            let version = page.version
            // An epoch has 50 bits, so a log without one is told apart.
            combine(version.epoch?.rawValue ?? .max)
            combine(UInt64(version.latest))
            combine(UInt64(version.oldest))
        }
    }

    private mutating func combine(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            hash = (hash ^ (value >> shift & 0xFF)) &* 0x100_0000_01b3
        }
    }

    /// Appends the entity tag of the merged shape: `W/"<16 hexadecimal digits>.merged"`.
    func writeTag(to bytes: inout ByteBuffer) {
        bytes.append("W/\"")
        writeOpaqueTag(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether an `If-None-Match` list holds this version's tag, compared weakly (RFC 9110 section 13.1.2).
    func isNamed(in list: Span<UInt8>) -> Bool {
        var own = ByteBuffer()
        writeOpaqueTag(to: &own)
        return EntityTag.first(in: list) { $0.equals(own.span) ? true : nil } ?? false
    }

    private func writeOpaqueTag(to bytes: inout ByteBuffer) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: hash >> shift & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        bytes.append(".")
        bytes.append(EventShape.native.tag(in: .merge))
    }
}
