/// Places the lexical errors that simdjson reports without a place: a byte-by-byte scan of the tokens up to the first
/// string or byte that cannot be one.
///
/// It yields the same kind of index as stage 1, so that the same reader runs over what comes before that error and a
/// structural mistake in there (a quote too many shifts all strings after it) is reported in its stead.
/// Runs only after simdjson has rejected a document. O(count).
struct LexicalScan {
    /// The offset of each token before ``limit``, then ``limit``.
    private(set) var positions: [UInt32] = []
    /// Where the readable part of the document ends: its length, or the start of the token that is broken.
    private(set) var limit = 0
    /// The first lexical error, if there is one.
    private(set) var fault: Fault?

    /// Scans `document`, which must be shorter than 4 GiB.
    init(_ document: Span<UInt8>) {
        do throws(Fault) {
            while limit < document.count { try scanToken(of: document) }
        } catch {
            fault = error
        }
        positions.append(UInt32(limit))
    }

    /// Moves `limit` past the white space or the token that it is at.
    private mutating func scanToken(of document: Span<UInt8>) throws(Fault) {
        let start = limit
        switch document[start] {
        case let byte where isWhiteSpace(byte):
            limit += 1
        case let byte where Self.isPunctuation(byte):
            positions.append(UInt32(start))
            limit += 1
        case .quote:
            let end = try Self.endOfString(at: start, of: document)
            positions.append(UInt32(start))
            limit = end
        default:
            // A bad byte ends the token that it is in, so that what is left of it can be judged.
            var isNew = true
            while limit < document.count, !Self.endsScalar(document[limit]) {
                limit = try Self.endOfCharacter(at: limit, of: document)
                if isNew { positions.append(UInt32(start)) }
                isNew = false
            }
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case .openBrace, .closeBrace, .openBracket, .closeBracket, .colon, .comma: true
        default: false
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte == .quote || isWhiteSpace(byte) || isPunctuation(byte)
    }

    private static func endOfString(at start: Int, of document: Span<UInt8>) throws(Fault) -> Int {
        var at = start + 1
        var isEscaped = false
        while at < document.count {
            let byte = document[at]
            if byte < 0x20 { throw Fault(.controlCharacter, at: at) }
            if byte == .quote, !isEscaped { return at + 1 }
            isEscaped = byte == .backslash && !isEscaped
            at = try endOfCharacter(at: at, of: document)
        }
        throw Fault(.unclosedString, at: start)
    }

    /// Where the UTF-8 sequence at `start` ends; the table of RFC 3629 section 4.
    private static func endOfCharacter(at start: Int, of document: Span<UInt8>) throws(Fault) -> Int {
        let lead = document[start]
        if lead < 0x80 { return start + 1 }
        let count: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw Fault(.malformedUTF8, at: start)
        }
        guard start + count <= document.count, second.contains(document[start + 1]) else {
            throw Fault(.malformedUTF8, at: start)
        }
        for index in start + 2..<start + count where !(0x80...0xBF).contains(document[index]) {
            throw Fault(.malformedUTF8, at: start)
        }
        return start + count
    }
}
