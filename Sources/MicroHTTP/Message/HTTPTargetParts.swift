import ByteBuffers

/// Where path and query are in a request target (RFC 9112 section 3.2).
struct HTTPTargetParts {
    private(set) var path = 0..<0
    private(set) var query = 0..<0
    private(set) var hasQuery = false
    /// Whether the target has one of the forms of origin (`/a?b`), absolute (`http://host/a?b`) and asterisk (`*`).
    private(set) var isWellFormed = true

    /// The parts of no target.
    init() {}

    /// Takes a target apart; one that is not well formed is all path. O(n), no allocation.
    init(_ target: Span<UInt8>) {
        var start = 0
        if target.count == 0 || target[0] != UInt8(ascii: "/") {
            if let authority = HTTPTargetParts.authorityStart(target) {
                start = authority
                while start < target.count, target[start] != UInt8(ascii: "/"), target[start] != UInt8(ascii: "?") {
                    start += 1
                }
            } else {
                isWellFormed = target.count == 1 && target[0] == UInt8(ascii: "*")
            }
        }
        if let mark = target.firstIndex(of: UInt8(ascii: "?"), from: start) {
            path = start..<mark
            query = mark + 1..<target.count
            hasQuery = true
        } else {
            path = start..<target.count
            query = target.count..<target.count
        }
    }

    private static func authorityStart(_ target: Span<UInt8>) -> Int? {
        if target.count >= 7, target.extracting(0..<7).equalsIgnoringCase("http://") { return 7 }
        if target.count >= 8, target.extracting(0..<8).equalsIgnoringCase("https://") { return 8 }
        return nil
    }
}
