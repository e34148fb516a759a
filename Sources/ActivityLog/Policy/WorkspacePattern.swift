/// A workspace id, or a glob over ids: `*` stands for any run of characters (also none), `?` for exactly one.
package struct WorkspacePattern: Sendable, Hashable {
    /// The pattern as it was written.
    package let text: String
    private let bytes: [UInt8]

    /// Takes a pattern of 1 to 128 bytes of `[A-Za-z0-9._~-]`, `*` and `?`. Nil for anything else, and for
    /// what could match no id: `.` and `..`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...WorkspaceID.maxBytes).contains(bytes.count),
            bytes.allSatisfy({ WorkspaceID.isAllowed($0) || $0 == Self.star || $0 == Self.question }),
            text != ".", text != ".."
        else { return nil }
        self.text = text
        self.bytes = bytes
    }

    /// Whether the pattern is a plain id.
    package var isExact: Bool { !bytes.contains { $0 == Self.star || $0 == Self.question } }

    /// Whether the pattern covers all of `id`. O(pattern × id) at worst; called once when a workspace is created.
    package func matches(_ id: Span<UInt8>) -> Bool {
        // The usual two-pointer glob match: on a mismatch go back to the last star and let it take one byte more.
        var position = 0
        var index = 0
        var lastStar: Int?
        var retry = 0
        while index < id.count {
            if position < bytes.count, bytes[position] == Self.question || bytes[position] == id[index] {
                position += 1
                index += 1
            } else if position < bytes.count, bytes[position] == Self.star {
                lastStar = position
                retry = index
                position += 1
            } else if let star = lastStar {
                position = star + 1
                retry += 1
                index = retry
            } else {
                return false
            }
        }
        while position < bytes.count, bytes[position] == Self.star { position += 1 }
        return position == bytes.count
    }

    /// Whether this pattern says more about an id than `other`: an exact id before any glob, then more literal
    /// characters, then fewer `*`, then the lesser text, so that the order of the file never matters.
    package func isMoreSpecific(than other: WorkspacePattern) -> Bool {
        if rank != other.rank { return rank > other.rank }
        return text < other.text
    }

    private var rank: (Int, Int, Int) {
        let stars = bytes.count { $0 == Self.star }
        let questions = bytes.count { $0 == Self.question }
        return (isExact ? 1 : 0, bytes.count - stars - questions, -stars)
    }

    private static let star = UInt8(ascii: "*")
    private static let question = UInt8(ascii: "?")
}
