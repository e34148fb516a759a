internal import ByteBuffers

extension BodySyntaxError {
    /// The event or query that was being read when something went wrong.
    struct OpenItem {
        /// Offset in the body of its first byte.
        let offset: Int
        /// Its position in the batch; nil for a single event.
        let index: Int?
        /// Which of the two it is.
        var item = Item.event
    }

    /// Describes `fault` in terms of `body`, so that the body need not outlive the error. O(body).
    ///
    /// - Parameters:
    ///   - fault: What the reader came across.
    ///   - body: The whole body.
    ///   - format: How it was read.
    ///   - open: The event or query that was open, if there was one.
    init(_ fault: Fault, in body: Span<UInt8>, format: EventFormat, open: OpenItem?) {
        var location = Location(in: body)
        self.init(fault, in: body, format: format, open: open, location: &location)
    }

    /// Describes `fault`, which is nowhere before `location`, and moves `location` there; a body of one line has none.
    init(_ fault: Fault, in body: Span<UInt8>, format: EventFormat, open: OpenItem?, location: inout Location?) {
        let fault = Self.sharpened(fault, in: body, format: format, open: open)
        problem = fault.problem
        offset = fault.offset
        index = open?.index
        item = open?.item ?? .event
        let rest = body.extracting(min(offset, body.count)...)
        found = rest.extracting(first: 4).text.unicodeScalars.first
        location?.move(to: offset, in: body)
        self.location = location
        excerpt =
            switch problem {
            case .unknownMember, .unknownFeedMember, .unknownQueryMember, .duplicateMember:
                Self.excerpt(ofStringAt: rest)
            case .badLiteral, .notFinite, .foreignLiteral: Self.excerpt(of: rest, until: Self.endsWord)
            default: ""
            }
    }

    /// Names the cause where the reader sees only its consequence.
    private static func sharpened(
        _ fault: Fault, in body: Span<UInt8>, format: EventFormat, open: OpenItem?
    ) -> Fault {
        if fault.offset == 0, let whole = wholeBody(body) { return Fault(whole, at: 0) }
        // To the tokens a line break is white space: an unfinished line is noticed where the next one does not fit.
        if format == .ndjson, let open, open.offset < fault.offset,
            let lineBreak = body.extracting(open.offset..<fault.offset).firstIndex(of: .newline)
        {
            return Fault(.lineBreakInsideEvent, at: open.offset + lineBreak)
        }
        let first = fault.offset < body.count ? body[fault.offset] : 0
        switch fault.problem {
        case .unexpected(.endOfBody) where format == .json && first == .openBrace:
            return Fault(.secondEvent, at: fault.offset)
        case .eventNotObject where format == .ndjson && first == .openBracket:
            return Fault(.arrayInLines, at: fault.offset)
        case .unexpected(.value), .unexpected(.event), .unexpected(.eventOrEvents), .unexpected(.feed),
            .unexpected(.query), .unexpected(.digit), .unexpected(.endOfNumber), .badLiteral, .eventNotObject:
            return foreignLiteral(at: fault.offset, in: body) ?? fault
        default:
            return fault
        }
    }

    /// What a body is that is no JSON from its first byte on, if that is something that clients do send.
    private static func wholeBody(_ body: Span<UInt8>) -> BodyDefect? {
        if body.starts(with: "\u{FEFF}") { return .byteOrderMark }
        if body.count > 1, body[0] == 0x1F, body[1] == 0x8B { return .compressedBody }  // RFC 1952 section 2.3.1
        if body.starts(with: "--") { return .formBody }  // multipart/form-data, RFC 2046 section 5.1.1
        // `name=value`, as the URL standard writes forms.
        var end = 0
        while end < body.count, isFormName(body[end]) { end += 1 }
        let isForm = end > 0 && end < body.count && body[end] == UInt8(ascii: "=")
        return isForm || body.startsIgnoringCase(with: "%7b") || body.startsIgnoringCase(with: "%5b") ? .formBody : nil
    }

    private static func isFormName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "%"), UInt8(ascii: "_"), .minus, .point, .plus:
            true
        default: false
        }
    }

    /// The fault of a value at `offset`, or begun by the sign before it, that is a literal of another language.
    private static func foreignLiteral(at offset: Int, in body: Span<UInt8>) -> Fault? {
        let start = offset > 0 && offset < body.count && body[offset - 1] == .minus ? offset - 1 : offset
        let rest = body.extracting(min(start, body.count)...)
        var end = 0
        while end < rest.count, end <= 10, !endsWord(rest[end]) { end += 1 }
        let word = rest.extracting(first: end)
        let isSigned = word.count > 0 && (word[0] == .minus || word[0] == .plus)
        let number = isSigned ? word.extracting(1...) : word
        if number.equalsIgnoringCase("nan") || number.equalsIgnoringCase("inf")
            || number.equalsIgnoringCase("infinity")
        {
            return Fault(.notFinite, at: start)
        }
        let isForeign =
            word.equalsIgnoringCase("none") || word.equalsIgnoringCase("true") || word.equalsIgnoringCase("false")
            || word.equalsIgnoringCase("null") || word.equals("nil") || word.equals("undefined")
        // In lower case it is the place that is wrong, not the literal.
        let isJSON = word.equals("true") || word.equals("false") || word.equals("null")
        return isForeign && !isJSON ? Fault(.foreignLiteral, at: start) : nil
    }

    private static func endsWord(_ byte: UInt8) -> Bool { isWhiteSpace(byte) || ",:{}[]\"".utf8.contains(byte) }

    /// The inside of the string that `rest` starts with.
    private static func excerpt(ofStringAt rest: Span<UInt8>) -> String {
        var isEscaped = false
        return excerpt(of: rest.extracting(min(1, rest.count)...)) { byte in
            let ends = byte == .quote && !isEscaped
            isEscaped = byte == .backslash && !isEscaped
            return ends
        }
    }

    /// The characters of `bytes` up to the first byte that `ends` the excerpt, or to about 64 bytes and an ellipsis.
    private static func excerpt(of bytes: Span<UInt8>, until ends: (UInt8) -> Bool) -> String {
        let longest = 64
        var count = 0
        while count < bytes.count, !ends(bytes[count]) {
            // Not within a character: only a byte that is no continuation may be cut off.
            if count >= longest, bytes[count] & 0xC0 != 0x80 { return bytes.extracting(first: count).text + "…" }
            count += 1
        }
        return bytes.extracting(first: count).text
    }
}

extension BodySyntaxError.Location {
    /// The start of `body`; nil when it is one line.
    init?(in body: Span<UInt8>) {
        guard body.firstIndex(of: .newline) != nil else { return nil }
        self.init(offset: 0, line: 1, column: 1)
    }

    /// Moves on to `target`; one that was passed already leaves it where it is. O(distance).
    mutating func move(to target: Int, in body: Span<UInt8>) {
        let end = min(target, body.count)
        while offset < end {
            if body[offset] == .newline {
                line += 1
                column = 1
            } else if body[offset] & 0xC0 != 0x80 {
                column += 1
            }
            offset += 1
        }
    }
}
