/// Parses the bodies of `POST /activity/query`.
///
/// The body is one well-formed JSON object (RFC 8259, UTF-8, no lone surrogates) of the members of the contract and no
/// others, read over the same index as ``EventParser`` reads. O(body).
///
/// One parser per worker: not synchronised.
package struct FeedQueryParser: ~Copyable {
    /// The largest limit of a query.
    package var mostEvents: Int
    private var index = StructuralIndex()

    /// Makes a parser; `mostEvents` is the largest limit of a query, and a larger one means that.
    package init(mostEvents: Int) {
        self.mostEvents = mostEvents
    }

    /// Parses a body; nothing after it is read.
    ///
    /// - Throws: The first error that leaves unclear what is asked for: of the syntax, or of the shape. What concerns one
    ///   query only is in its ``FeedQuery/question``.
    package mutating func parse(_ body: Span<UInt8>) throws(BodySyntaxError) -> FeedRequest {
        var open: BodySyntaxError.OpenItem?
        do throws(Fault) {
            return try read(body, open: &open)
        } catch {
            throw BodySyntaxError(error, in: body, format: .json, open: open)
        }
    }

    private mutating func read(
        _ body: Span<UInt8>, open: inout BodySyntaxError.OpenItem?
    ) throws(Fault) -> FeedRequest {
        do throws(StructuralIndex.Failure) {
            try index.build(body)
        } catch .exhausted {
            throw Fault(.bodyTooLarge, at: 0)
        } catch {
            return try readRejected(body, open: &open)
        }
        var reader = FeedQueryReader(
            tokens: TokenCursor(bytes: body, starts: index.positions, repairsSurrogates: false), mostEvents: mostEvents)
        defer { open = reader.openQuery }
        return try reader.readBody()
    }

    /// Reads what simdjson has rejected, to tell what is wrong and where.
    @inline(never)
    private func readRejected(
        _ body: Span<UInt8>, open: inout BodySyntaxError.OpenItem?
    ) throws(Fault) -> FeedRequest {
        let scan = LexicalScan(body)
        let positions = scan.positions
        var reader = FeedQueryReader(
            tokens: TokenCursor(
                bytes: body.extracting(0..<scan.limit), starts: positions.span, repairsSurrogates: false),
            mostEvents: mostEvents)
        defer { open = reader.openQuery }
        do throws(Fault) {
            let request = try reader.readBody()
            guard let fault = scan.fault else { return request }
            throw fault
        } catch {
            // That the readable part ends too early is the lexical error's doing.
            guard let fault = scan.fault, error.offset >= scan.limit else { throw error }
            throw fault
        }
    }
}
