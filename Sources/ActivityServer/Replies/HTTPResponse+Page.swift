internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

extension HTTPResponse {
    /// Pages up to this size are copied into the reply. Below it, one contiguous body costs less than the second system call
    /// and the part list of a scattered one.
    private static var mostCopiedBytes: Int { 64 << 10 }

    /// Pages up to this size go out from the log's own memory in one scattered write, when all of it is in wire form. What is
    /// larger, or has to be brought into it, is produced while its reader takes it.
    private static var mostSharedBytes: Int { 2 << 20 }

    /// Room for all of a page's headers but `Link`: 240 bytes of constant text, five numbers, an epoch, a token, a tag.
    private static var mostPageLineBytes: Int { 512 }

    /// Makes this the reply to a read: the page's headers, and its events as a bare JSON array or as NDJSON. Throws when there
    /// is no memory to bring the events into wire form.
    ///
    /// `validated` says that the page is a function of its version, which then becomes the `ETag`; `link` is written as
    /// `Link: …; rel="next"` when there is more.
    mutating func write(_ page: EventPage, as form: Representation, validated: Bool, link: NextLink?) throws(Problem) {
        let version = page.version
        withHeaderLines(upTo: Self.mostPageLineBytes) { lines in
            if let epoch = version.epoch {
                lines.write("Activity-Epoch: ")
                epoch.write(to: &lines)
                lines.write("\r\nActivity-Next: ")
                LogCursor.write(epoch: epoch, id: page.next, to: &lines)
            } else {
                lines.write("Activity-Next: 0")
            }
            lines.write("\r\nActivity-Oldest: ")
            lines.write(decimal: version.oldest)
            lines.write("\r\nActivity-Latest: ")
            lines.write(decimal: version.latest)
            if page.missed > 0 {
                lines.write("\r\nActivity-Missed: ")
                lines.write(decimal: page.missed)
            }
            if page.reset != nil { lines.write("\r\nActivity-Reset: 1") }
            if validated {
                lines.write("\r\nETag: ")
                switch form.container {
                case .array: EntityTag.write(version, shape: EventShape.native.tag(in: .array), to: &lines)
                case .lines, .merge: EntityTag.write(version, shape: EventShape.native.tag(in: .lines), to: &lines)
                }
            }
            if page.isUnchanged {
                lines.write("\r\nCache-Control: private, no-cache\r\nVary: Accept\r\n")
                return
            }
            if page.hasMore { lines.write("\r\nActivity-More: 1") }
            // Constants in one piece: each is a few stores.
            switch form {
            case .json:
                lines.write(
                    "\r\nCache-Control: private, no-cache\r\nVary: Accept\r\nContent-Type: application/json\r\n")
            case .ndjson, .eventStream:
                lines.write("\r\nCache-Control: private, no-cache\r\nVary: Accept\r\nContent-Type: ")
                lines.write(form.contentType)
                lines.write("\r\n")
            }
        }
        if page.isUnchanged {
            status = 304
            return
        }
        if page.hasMore, let link, page.count > 0 { withHeader("Link") { link.write(after: page, to: &$0) } }
        try writeEvents(of: page.slices, as: form.container, newestFirst: page.newestFirst)
    }

    /// Writes the events: copied where they are few; from the log's own memory where they lie ready in it and are not too
    /// many for one write; else produced while the client reads.
    private mutating func writeEvents(
        of slices: EventSlices, as container: EventShape.Container, newestFirst: Bool
    ) throws(Problem) {
        if slices.isEmpty {
            if container == .array { body.append("[]") }
            return
        }
        let byteCount = slices.byteCount
        let isWire = container == .array && !newestFirst && EventShape.native.isStored
        if isWire, byteCount <= Self.mostCopiedBytes {
            body.reserve(byteCount + 2)
            body.append(UInt8(ascii: "["))
            EventShape.native.append(slices, to: &body)
            // Each event ends in a comma; the last one's becomes the bracket.
            body.truncate(to: body.count - 1)
            body.append(UInt8(ascii: "]"))
        } else if isWire, slices.isReady, byteCount <= Self.mostSharedBytes {
            writeParts(of: slices)
        } else {
            let page = PageBody(slices, as: container, newestFirst: newestFirst)
            if byteCount > Self.mostCopiedBytes {
                setBody(source: page, count: page.count)
            } else if !page.append(to: &body) {
                throw .noMemoryForEvents
            }
        }
    }

    private mutating func writeParts(of slices: EventSlices) {
        var parts: [HTTPBodyPart] = []
        let runs = slices.count
        parts.reserveCapacity(runs + 2)
        parts.append(.openingBracket)
        for index in 0..<runs {
            let slice = slices[index]
            var bytes = slice.rawBytes
            if index == runs - 1 { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
            // SAFETY: the part retains the slice's owner, which keeps these bytes in place and unchanged.
            parts.append(unsafe HTTPBodyPart(owner: slice.owner, bytes: bytes))
        }
        parts.append(.closingBracket)
        setBody(parts: parts)
    }
}

extension Problem {
    /// The problem of a page whose events are kept in another form, and no memory is left to write them.
    static let noMemoryForEvents = Problem(
        .overloaded, "there is no memory left to write the events; ask for fewer, or try again")
}

extension HTTPBodyPart {
    /// `[`, before the first event of a page that is sent in parts.
    static var openingBracket: HTTPBodyPart { constant("[") }
    /// `]`, after the last one.
    static var closingBracket: HTTPBodyPart { constant("]") }

    private static func constant(_ literal: StaticString) -> HTTPBodyPart {
        // SAFETY: a string literal is constant memory; both are made from one.
        unsafe HTTPBodyPart(
            owner: nil, bytes: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
}
