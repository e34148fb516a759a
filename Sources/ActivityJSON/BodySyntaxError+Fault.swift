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
        let fault = Self.sharpened(fault, in: body, format: format, open: open)
        problem = fault.problem
        offset = fault.offset
        index = open?.index
        item = open?.item ?? .event
        let rest = body.extracting(min(offset, body.count)...)
        found = rest.extracting(first: 4).text.unicodeScalars.first
        location = body.firstIndex(of: .newline) == nil ? nil : Location(of: offset, in: body)
        excerpt =
            switch problem {
            case .unknownMember, .unknownFeedMember, .unknownQueryMember, .duplicateMember:
                Self.excerpt(ofStringAt: rest)
            case .badLiteral: Self.excerpt(of: rest) { isWhiteSpace($0) || ",:{}[]\"".utf8.contains($0) }
            default: ""
            }
    }

    /// Names the cause where the reader sees only its consequence.
    private static func sharpened(
        _ fault: Fault, in body: Span<UInt8>, format: EventFormat, open: OpenItem?
    ) -> Fault {
        if fault.offset == 0, body.starts(with: "\u{FEFF}") { return Fault(.byteOrderMark, at: 0) }
        // To the tokens a line break is white space: an unfinished line is noticed where the next one does not fit.
        if format == .ndjson, let open, open.offset < fault.offset,
            let lineBreak = body.extracting(open.offset..<fault.offset).firstIndex(of: .newline)
        {
            return Fault(.lineBreakInsideEvent, at: open.offset + lineBreak)
        }
        return fault
    }

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
    /// Finds line and column of `offset`. O(offset).
    init(of offset: Int, in body: Span<UInt8>) {
        var line = 1
        var column = 1
        for index in 0..<min(offset, body.count) {
            if body[index] == .newline {
                line += 1
                column = 1
            } else if body[index] & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}
