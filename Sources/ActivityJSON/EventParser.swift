internal import ActivityLog
internal import ByteBuffers

/// How the events of a request body are laid out.
package enum EventFormat: Sendable {
    /// One JSON text (RFC 8259): an event object, or an array of them. White space is free, a byte order mark is not
    /// accepted (section 8.1).
    case json
    /// `application/x-ndjson`: one event object a line, lines ended by `\n` or `\r\n`, the last one also by the end of
    /// the body. Blank lines are skipped.
    case ndjson
}

/// Where the workspace of an event comes from.
package enum WorkspaceSource: Sendable {
    /// Each event names its own in `workspace_id`.
    case member
    /// The request has named it already, so an event must not: `workspace_id` is an unknown member.
    case fixed
}

/// What becomes of a body that is not all good.
package enum BodyHandling: Sendable {
    /// Half of a surrogate pair is stored as U+FFFD, and counted; anything else refuses the body.
    case repairing
    /// Half of a surrogate pair refuses the body, too.
    case strict
    /// As ``repairing``, but an event that is refused takes none of the others of its array or NDJSON along, and a batch
    /// may be empty. A single event is all there is to refuse.
    case lenient
}

/// Parses the bodies of `POST /events`: bytes to validated, minified event drafts.
///
/// Accepts exactly the event objects of the contract, in well-formed JSON (RFC 8259) of well-formed UTF-8. A payload is
/// stored as it came, key order, number spelling, escapes and duplicate names included, but for three things: there is no
/// insignificant white space; U+0085, U+2028 and U+2029 are escapes, so that it holds no line break of any kind; and half
/// of a surrogate pair is `\ufffd`, unless it is refused (``BodyHandling``). Kinds hold the same characters in one
/// spelling, see `EventDraft`.
///
/// simdjson's stage 1 finds the tokens of the whole body in one vectorised pass; one walk over them checks, picks and
/// copies. O(body). Once warm, a body under 1 MiB allocates nothing; memory for a larger one is given back by the next.
///
/// One parser per worker: not synchronised, and what it hands out lives until the next
/// ``parse(_:format:workspace:handling:)``.
package struct EventParser: ~Copyable {
    /// Most bytes of kind and payload of an event, as they are stored.
    package var maxEventBytes: Int
    private var index = StructuralIndex()
    private var batch = ParsedBatch()

    /// Whether the last body was an array or NDJSON, even of a single event; false when it was refused.
    package private(set) var isBatch = false
    /// Halves of surrogate pairs in the events of the last body that are U+FFFD now; 0 when it was refused.
    package private(set) var repairs = 0
    /// What ``BodyHandling/lenient`` has left out of the last body.
    package private(set) var refusals = EventRefusals()

    /// Makes a parser that refuses events whose kind and payload, as they are stored, exceed `maxEventBytes` together.
    package init(maxEventBytes: Int = 262_144) {
        self.maxEventBytes = maxEventBytes
    }

    /// The events of the last body, in its order; empty when it was refused.
    package var events: Span<ParsedEvent> {
        @_lifetime(borrow self)
        get { batch.events.span }
    }

    /// The bytes that the events refer to.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { batch.bytes.span }
    }

    /// Parses a body: all events or an error, unless `handling` says otherwise.
    ///
    /// - Parameters:
    ///   - body: The body. Nothing after it is read, so it needs no padding.
    ///   - format: How the events are laid out.
    ///   - workspace: Where their workspace comes from.
    ///   - handling: What becomes of a body that is not all good.
    /// - Throws: The first error of the body.
    package mutating func parse(
        _ body: Span<UInt8>, format: EventFormat, workspace: WorkspaceSource, handling: BodyHandling = .repairing
    ) throws(BodySyntaxError) {
        batch.removeAll()
        isBatch = false
        repairs = 0
        if !refusals.isEmpty { refusals = EventRefusals() }
        do throws(Refusal) {
            isBatch = try read(body, layout: format.layout, workspace, repairs: handling != .strict)
        } catch {
            let count = batch.events.count
            batch.removeAll()
            repairs = 0
            let events = handling == .lenient ? EventSplitter(body, format: format) : nil
            guard let events else { throw error.described(in: body, format: format, after: count) }
            readApart(events, of: body, format: format, workspace)
        }
    }

    /// Reads a document and adds its events. Returns whether it is a batch.
    private mutating func read(
        _ document: Span<UInt8>, layout: EventReader.Layout, _ workspace: WorkspaceSource, repairs isRepairing: Bool
    ) throws(Refusal) -> Bool {
        do throws(StructuralIndex.Failure) {
            try index.build(document)
        } catch .exhausted {
            throw Refusal(fault: Fault(.bodyTooLarge, at: 0))
        } catch {
            return try readRejected(document, layout: layout, workspace, repairs: isRepairing)
        }
        var reader = EventReader(
            tokens: TokenCursor(bytes: document, starts: index.positions, repairsSurrogates: isRepairing),
            layout: layout, workspace: workspace, maxEventBytes: maxEventBytes)
        do throws(Fault) {
            try reader.readBody(into: &batch)
        } catch {
            throw Refusal(fault: error, openEvent: reader.openEvent, isBatch: reader.isBatch)
        }
        repairs += reader.tokens.repairs
        return reader.isBatch
    }

    /// Reads what simdjson has rejected, to tell what is wrong and where.
    @inline(never)
    private mutating func readRejected(
        _ document: Span<UInt8>, layout: EventReader.Layout, _ workspace: WorkspaceSource, repairs isRepairing: Bool
    ) throws(Refusal) -> Bool {
        let scan = LexicalScan(document)
        let readable = document.extracting(0..<scan.limit)
        var reader = EventReader(
            tokens: TokenCursor(bytes: readable, starts: scan.positions.span, repairsSurrogates: isRepairing),
            layout: layout, workspace: workspace, maxEventBytes: maxEventBytes)
        var fault = scan.fault
        do throws(Fault) {
            try reader.readBody(into: &batch)
        } catch {
            // That the readable part ends too early is the lexical error's doing.
            if fault == nil || error.offset < scan.limit { fault = error }
        }
        if let fault { throw Refusal(fault: fault, openEvent: reader.openEvent, isBatch: reader.isBatch) }
        repairs += reader.tokens.repairs
        return reader.isBatch
    }

    /// Reads each event of a batch for itself.
    @inline(never)
    private mutating func readApart(
        _ events: consuming EventSplitter, of body: Span<UInt8>, format: EventFormat, _ workspace: WorkspaceSource
    ) {
        isBatch = true
        refusals = EventRefusals()
        var events = events
        var index = 0
        while let piece = events.next() {
            defer { index += 1 }
            let place: Range<Int>
            switch piece {
            case .event(let range): place = range
            case .fault(let fault):
                refusals.add(fault, openEvent: nil, at: index, in: body, format: format)
                continue
            }
            if refusals.isFull, place.count < Self.leastEventBytes {
                refusals.addUnlisted()
                continue
            }
            let (bytes, count) = (batch.bytes.count, batch.events.count)
            do throws(Refusal) {
                _ = try read(body.extracting(place), layout: format.pieceLayout, workspace, repairs: true)
            } catch {
                batch.bytes.truncate(to: bytes)
                batch.events.removeLast(batch.events.count - count)
                refusals.add(
                    Fault(error.fault.problem, at: error.fault.offset + place.lowerBound),
                    openEvent: error.openEvent.map { $0 + place.lowerBound }, at: index, in: body, format: format)
            }
        }
    }

    /// What is shorter is no event, which need not be read to be counted: a body has room for millions of such mistakes.
    private static let leastEventBytes = #"{"kind":"k"}"#.utf8.count
}

/// Why a document was not read, in its own terms.
private struct Refusal: Error {
    let fault: Fault
    var openEvent: Int?
    var isBatch = false

    /// The error that the sender of the whole `body` is told, of which `count` events had been read.
    @inline(never)
    func described(in body: Span<UInt8>, format: EventFormat, after count: Int) -> BodySyntaxError {
        let open = openEvent.map { BodySyntaxError.OpenItem(offset: $0, index: isBatch ? count : nil) }
        return BodySyntaxError(fault, in: body, format: format, open: open)
    }
}

extension EventFormat {
    fileprivate var layout: EventReader.Layout { self == .json ? .text : .lines }
    fileprivate var pieceLayout: EventReader.Layout { self == .json ? .element : .line }
}
