internal import ByteBuffers

/// Parses the bodies of `POST /events`: bytes to validated, minified event drafts.
///
/// Accepts exactly the event objects of the contract, in well-formed JSON (RFC 8259) of well-formed UTF-8 without lone
/// surrogates. A payload is stored as it came, key order, number spelling, escapes and duplicate names included, only
/// without insignificant white space, so it never holds a raw line break.
///
/// simdjson's stage 1 finds the tokens of the whole body in one vectorised pass; one walk over them checks, picks and
/// copies. O(body). Once warm, a body under 1 MiB allocates nothing; memory for a larger one is given back by the next.
///
/// One parser per worker: not synchronised, and what it hands out lives until the next ``parse(_:format:workspace:)``.
package struct EventParser: ~Copyable {
    private let maxEventBytes: Int
    private var index = StructuralIndex()
    private var batch = ParsedBatch()

    /// Whether the last body was an array or NDJSON, even of a single event; false when it was refused.
    package private(set) var isBatch = false

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

    /// Parses a body: all events or an error.
    ///
    /// - Parameters:
    ///   - body: The body. Nothing behind it is read, so it needs no padding.
    ///   - format: How the events are laid out.
    ///   - workspace: Where their workspace comes from.
    /// - Throws: The first error of the body.
    package mutating func parse(
        _ body: Span<UInt8>, format: EventFormat, workspace: WorkspaceSource
    ) throws(BodySyntaxError) {
        batch.removeAll()
        isBatch = false
        do throws(StructuralIndex.Failure) {
            try index.build(body)
        } catch .exhausted {
            throw BodySyntaxError(Fault(.bodyTooLarge, at: 0), in: body, format: format, open: nil)
        } catch {
            return try parseRejected(body, format: format, workspace: workspace)
        }
        var reader = EventReader(
            tokens: TokenCursor(bytes: body, starts: index.positions),
            format: format, workspace: workspace, maxEventBytes: maxEventBytes)
        do throws(Fault) {
            try reader.readBody(into: &batch)
            isBatch = reader.isBatch
        } catch {
            let refusal = Self.refusal(error, of: body, by: reader, after: batch.events.count)
            batch.removeAll()
            throw refusal
        }
    }

    /// Parses what simdjson has rejected, to tell what is wrong and where.
    @inline(never)
    private mutating func parseRejected(
        _ body: Span<UInt8>, format: EventFormat, workspace: WorkspaceSource
    ) throws(BodySyntaxError) {
        let scan = LexicalScan(body)
        var reader = EventReader(
            tokens: TokenCursor(bytes: body.extracting(0..<scan.limit), starts: scan.positions.span),
            format: format, workspace: workspace, maxEventBytes: maxEventBytes)
        var fault = scan.fault
        do throws(Fault) {
            try reader.readBody(into: &batch)
            isBatch = reader.isBatch
        } catch {
            // That the readable part ends too early is the lexical error's doing.
            if fault == nil || error.offset < scan.limit { fault = error }
        }
        guard let fault else { return }
        let refusal = Self.refusal(fault, of: body, by: reader, after: batch.events.count)
        batch.removeAll()
        throw refusal
    }

    @inline(never)
    private static func refusal(
        _ fault: Fault, of body: Span<UInt8>, by reader: borrowing EventReader, after count: Int
    ) -> BodySyntaxError {
        let open = reader.openEvent.map { BodySyntaxError.OpenItem(offset: $0, index: reader.isBatch ? count : nil) }
        return BodySyntaxError(fault, in: body, format: reader.format, open: open)
    }
}
