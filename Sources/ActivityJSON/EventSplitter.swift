internal import ByteBuffers

/// Cuts a batch into its events by lines, or by quotes, brackets and commas, so that one which is broken takes no other
/// along. Says nothing of what is between the cuts: whoever reads that holds it to the whole grammar. O(body).
struct EventSplitter: ~Escapable {
    /// What comes next in a batch.
    enum Piece {
        /// Where an event should be.
        case event(Range<Int>)
        /// What is wrong with the batch around its events.
        case fault(Fault)
    }

    private enum Place {
        case firstElement, laterElement, afterElement, afterArray, end, lines
    }

    private let body: Span<UInt8>
    private var at = 0
    private var place = Place.lines

    /// Nil when the body is neither NDJSON nor begins like an array.
    @_lifetime(copy body)
    init?(_ body: Span<UInt8>, format: EventFormat) {
        self.body = body
        guard format == .json else { return }
        skipWhiteSpace()
        guard at < body.count, body[at] == .openBracket else { return nil }
        at += 1
        place = .firstElement
    }

    /// The next event or fault; nil at the end. Blank lines are passed over.
    @_lifetime(self: copy self)
    mutating func next() -> Piece? {
        if place == .lines { return nextLine() }
        skipWhiteSpace()
        switch place {
        case .firstElement where byte == .closeBracket:
            at += 1
            place = .afterArray
            return next()
        case .firstElement, .laterElement:
            return nextElement()
        case .afterElement:
            // The last element was whole, and nothing follows.
            place = .end
            return .fault(Fault(.unexpected(.commaOrBracket), at: at))
        case .afterArray:
            place = .end
            return at < body.count ? .fault(Fault(.unexpected(.endOfBody), at: at)) : nil
        default:
            return nil
        }
    }

    @_lifetime(self: copy self)
    private mutating func nextLine() -> Piece? {
        while at < body.count {
            let start = at
            let end = body.firstIndex(of: .newline, from: start) ?? body.count
            skipWhiteSpace()
            if at < end {
                at = end
                return .event(start..<end)
            }
        }
        return nil
    }

    @_lifetime(self: copy self)
    private mutating func nextElement() -> Piece? {
        let start = at
        var depth = 0
        while at < body.count {
            switch body[at] {
            case .quote: skipString()
            case .openBrace, .openBracket: depth += 1
            case .comma where depth == 0, .closeBracket where depth == 0:
                place = body[at] == .comma ? .laterElement : .afterArray
                let end = at
                at += 1
                return end > start ? .event(start..<end) : .fault(Fault(.unexpected(.event), at: start))
            case .closeBrace, .closeBracket: depth = max(0, depth - 1)
            default: break
            }
            at += 1
        }
        // What is open at the end of the body is the element's own fault.
        at = body.count
        place = depth == 0 && start < at ? .afterElement : .end
        return start < at ? .event(start..<at) : .fault(Fault(.unexpected(.event), at: at))
    }

    /// Goes from the opening quote of a string to its closing one, also over the line breaks that are its fault.
    @_lifetime(self: copy self)
    private mutating func skipString() {
        at += 1
        while at < body.count, body[at] != .quote {
            at += body[at] == .backslash ? 2 : 1
        }
    }

    private var byte: UInt8? { at < body.count ? body[at] : nil }

    @_lifetime(self: copy self)
    private mutating func skipWhiteSpace() {
        while at < body.count, isWhiteSpace(body[at]) { at += 1 }
    }
}

/// The events that ``BodyHandling/lenient`` has left out.
package struct EventRefusals: Sendable {
    /// Most that are described: a body of 8 MiB has room for 4 million mistakes, and each would take some 200 bytes to tell.
    package static let mostListed = 1000

    /// What was wrong with each of the first ``mostListed``, in the order of the body; each has an index, which counts
    /// good events and bad.
    package private(set) var listed: [BodySyntaxError] = []
    /// How many there were beyond ``mostListed``.
    package private(set) var unlisted = 0
    /// Whether there were none.
    package var isEmpty: Bool { listed.isEmpty }

    /// The place in the body that is known so far; nil when the body is one line.
    private var location: BodySyntaxError.Location?

    /// Makes a list of none.
    package init() {}

    /// Whether the next one is only counted.
    var isFull: Bool { listed.count == Self.mostListed }

    /// Counts one that is not described.
    mutating func addUnlisted() { unlisted += 1 }

    /// Adds what is wrong with the event at `index`. Faults are added in the order of the body. O(body) for all together.
    mutating func add(_ fault: Fault, openEvent: Int?, at index: Int, in body: Span<UInt8>, format: EventFormat) {
        guard !isFull else { return addUnlisted() }
        if listed.isEmpty { location = BodySyntaxError.Location(in: body) }
        let open = BodySyntaxError.OpenItem(offset: openEvent ?? fault.offset, index: index)
        listed.append(BodySyntaxError(fault, in: body, format: format, open: open, location: &location))
    }
}
