internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

extension HTTPResponse {
    /// Pages up to this size are copied into the reply; larger ones are sent from the log's own memory. Below it, one
    /// contiguous body costs less than the second system call and the part list of a scattered one.
    private static var mostCopiedBytes: Int { 64 << 10 }

    /// Pages up to this size are handed over in one write when they are ready: as much as one turn of a worker may take.
    private static var mostSharedBytes: Int { 2 << 20 }

    /// Room for all of a page's headers but `Link`: 240 bytes of constant text, five numbers, an epoch, a token, a tag.
    private static var mostPageLineBytes: Int { 512 }

    /// Makes this the reply to a read: the page's headers, and its events as a bare JSON array or as NDJSON.
    ///
    /// `validated` says that the page is a function of its version, which then becomes the `ETag`; `link` is written as
    /// `Link: …; rel="next"` when there is more.
    mutating func write(_ page: EventPage, as form: Representation, validated: Bool, link: NextLink?) {
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
                EntityTag.write(version, shape: form.shape, to: &lines)
            }
            lines.write("\r\nCache-Control: private, no-cache\r\nVary: Accept\r\n")
            if page.isUnchanged { return }
            if page.hasMore { lines.write("Activity-More: 1\r\n") }
            lines.write("Content-Type: ")
            lines.write(form.contentType)
            lines.write("\r\n")
        }
        if page.isUnchanged {
            status = 304
            return
        }
        if page.hasMore, let link, page.count > 0 { withHeader("Link") { link.write(after: page, to: &$0) } }
        guard page.count > 0 else {
            if form == .json { body.append("[]") }
            return
        }
        writeEvents(of: page.slices, newestFirst: page.newestFirst, framing: form == .json ? .array : .lines)
    }

    /// Writes the events: copied where they are few; from the log's own memory where they lie ready in it and are not too
    /// many for one write; else produced while the client reads.
    private mutating func writeEvents(of slices: EventSlices, newestFirst: Bool, framing: PageBody.Framing) {
        let byteCount = slices.byteCount
        let isWire = framing == .array && !newestFirst
        if isWire, byteCount <= Self.mostCopiedBytes {
            body.reserve(byteCount + 2)
            body.append(UInt8(ascii: "["))
            for index in 0..<slices.count { slices.append(at: index, to: &body) }
            // Each event ends in a comma; the last one's becomes the bracket.
            body.truncate(to: body.count - 1)
            body.append(UInt8(ascii: "]"))
        } else if isWire, slices.isReady, byteCount <= Self.mostSharedBytes {
            writeParts(of: slices)
        } else {
            let page = PageBody(slices, framing: framing, newestFirst: newestFirst)
            if byteCount <= Self.mostCopiedBytes {
                page.write(to: &body)
            } else {
                setBody(source: page, count: page.count)
            }
        }
    }

    private mutating func writeParts(of slices: EventSlices) {
        var parts: [HTTPBodyPart] = []
        parts.reserveCapacity(slices.count + 2)
        parts.append(.openingBracket)
        for index in 0..<slices.count {
            let slice = slices[index]
            var bytes = slice.rawBytes
            if index == slices.count - 1 { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
            // SAFETY: the part retains the slice's owner, which keeps these bytes in place and unchanged.
            parts.append(unsafe HTTPBodyPart(owner: slice.owner, bytes: bytes))
        }
        parts.append(.closingBracket)
        setBody(parts: parts)
    }
}
