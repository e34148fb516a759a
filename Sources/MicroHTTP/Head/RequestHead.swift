import ByteBuffers

/// The checked head of a request: what the framing headers say, and where the headers that we read are.
///
/// libmicrohttpd 0.9.75 lets heads through that an intermediary may read differently (request smuggling) or that it
/// cuts at a NUL. It parses in place, so everything it reports points into one buffer: where its pieces do not lie
/// directly one behind the other, it hid something. The check walks the pieces and asks for exactly the separators
/// between them. It is a function of bytes and offsets, so the tests need no socket.
package struct RequestHead {
    /// Whether the request is HTTP/1.0.
    private(set) var isHTTP10 = false
    package private(set) var framing = HTTPBodyFraming.none
    private(set) var expectation = Expectation.none
    package private(set) var fields = HTTPFieldTable()

    /// Makes a head that says nothing yet.
    package init() {}

    /// What an `Expect` header asks for (RFC 9110 section 10.1.1).
    enum Expectation { case none, continue100, unknown }

    /// Checks a head and fills in what it says.
    ///
    /// - Parameters:
    ///   - head: The bytes of the head from the method to the empty line, as the library left them: it writes NUL over
    ///     separators.
    ///   - layout: Where the library found the request line's parts.
    ///   - target: A copy of the target, taken before the library decoded the query in place.
    ///   - lines: The library's header lines in the order of arrival.
    ///   - checksStructure: Whether the separators are checked. Off for library versions whose parser is not known to
    ///     leave the pieces in place.
    /// - Returns: The first defect, or nil. O(head).
    package mutating func check(
        _ head: Span<UInt8>, layout: HeadLayout, target: Span<UInt8>, lines: Span<HeadField>, checksStructure: Bool
    ) -> HeadDefect? {
        isHTTP10 = false
        framing = .none
        expectation = .none
        fields.removeAll()
        if let defect = checkRequestLine(head, layout, target, checksStructure) { return defect }
        if let defect = checkLines(head, layout, lines, checksStructure) { return defect }
        return checkMeaning(head)
    }

    private mutating func checkRequestLine(
        _ head: Span<UInt8>, _ layout: HeadLayout, _ target: Span<UInt8>, _ checksStructure: Bool
    ) -> HeadDefect? {
        guard layout.methodCount <= head.count, head.isToken(0..<layout.methodCount) else { return .requestLine }
        if checksStructure {
            guard layout.targetOffset == layout.methodCount + 1, layout.versionOffset <= head.count else {
                return .requestLine
            }
            // The copy ends at a NUL, the target itself at the space before the version.
            guard layout.targetOffset + target.count == layout.versionOffset - 1 else { return .target }
        }
        guard target.isVisibleASCII else { return .target }
        guard layout.versionCount == 8, layout.versionOffset + 8 <= head.count, layout.versionOffset >= 0 else {
            return .version
        }
        let version = head.extracting(layout.versionOffset..<layout.versionOffset + 8)
        isHTTP10 = version[7] == UInt8(ascii: "0")
        guard version.starts(with: "HTTP/1."), isHTTP10 || version[7] == UInt8(ascii: "1") else { return .version }
        return nil
    }

    private mutating func checkLines(
        _ head: Span<UInt8>, _ layout: HeadLayout, _ lines: Span<HeadField>, _ checksStructure: Bool
    ) -> HeadDefect? {
        var expected = layout.versionOffset + layout.versionCount + 2
        for index in lines.indices {
            let line = lines[index]
            let nameStart = Int(line.nameOffset)
            let nameEnd = nameStart + Int(line.nameCount)
            let valueStart = Int(line.valueOffset)
            let valueEnd = valueStart + Int(line.valueCount)
            guard nameStart >= 0, nameEnd < valueStart, valueEnd <= head.count else { return .lineStructure }
            // A name that we know is a token.
            let name = HTTPHeaderName(head.extracting(nameStart..<nameEnd))
            guard name != nil || head.isToken(nameStart..<nameEnd) else { return .fieldName }
            if checksStructure {
                guard nameStart == expected else { return .lineStructure }
                // Byte nameEnd was the colon. What the library skipped after it may only be blanks.
                for skipped in nameEnd + 1..<valueStart where head[skipped] != 0x20 && head[skipped] != 0x09 {
                    return .lineStructure
                }
            }
            if head.hasControl(valueStart..<valueEnd) { return .fieldValue }
            if let name {
                // The library compares the coding with its trailing blanks, so the check must see them too.
                let count =
                    name == .transferEncoding
                    ? valueEnd - valueStart : head.countWithoutTrailingBlanks(valueStart..<valueEnd)
                fields.record(name, offset: valueStart, count: count)
            }
            expected = valueEnd + 2
        }
        if checksStructure, expected + 2 != head.count { return .lineStructure }
        return nil
    }

    /// The rules about single headers: RFC 9112 sections 3.2, 6.1 and 6.3.
    private mutating func checkMeaning(_ head: Span<UInt8>) -> HeadDefect? {
        if fields.isRepeated(.host) { return .repeatedHost }
        if !isHTTP10 && !fields.contains(.host) { return .missingHost }
        if fields.isRepeated(.contentLength) { return .repeatedContentLength }
        if let coding = fields.value(.transferEncoding, in: head) {
            if fields.contains(.contentLength) { return .transferEncodingWithLength }
            if isHTTP10 { return .transferEncodingInHTTP10 }
            guard !fields.isRepeated(.transferEncoding), coding.equalsIgnoringCase("chunked") else {
                return .transferEncoding
            }
            framing = .chunked
        } else if let text = fields.value(.contentLength, in: head) {
            guard let length = text.decimal else { return .contentLength }
            framing = .length(length)
        }
        if let expect = fields.value(.expect, in: head) {
            let isKnown = expect.equalsIgnoringCase("100-continue") && !fields.isRepeated(.expect)
            expectation = isKnown ? .continue100 : .unknown
        }
        return nil
    }
}
