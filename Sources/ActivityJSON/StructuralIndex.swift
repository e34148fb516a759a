internal import CSimdJSON

/// Where the tokens of a document start: the vectorised first pass of simdjson, with memory that is reused.
struct StructuralIndex: ~Copyable {
    /// Why there are no positions.
    enum Failure: Error {
        /// Nothing but white space, or a lexical error that ``LexicalScan`` can place.
        case rejected
        /// No memory, or 4 GiB of input.
        case exhausted
    }

    /// Nil before the first document, and as long as there is no memory for it.
    private var indexer: OpaquePointer?
    private var found = CSimdJSON_Index(status: CSimdJSON_rejected, count: 0, positions: nil)

    deinit {
        if let indexer { CSimdJSON_destroy(indexer) }
    }

    /// Indexes `document`; see `CSimdJSON_index` for what has been validated afterwards. O(count).
    mutating func build(_ document: Span<UInt8>) throws(Failure) {
        if indexer == nil { indexer = CSimdJSON_create() }
        guard let indexer else { throw .exhausted }
        found = document.withUnsafeBufferPointer { bytes in
            // SAFETY: the shim reads `count` bytes during the call only; an empty span may have no address and is
            // answered here.
            guard let start = bytes.baseAddress, bytes.count > 0 else {
                return CSimdJSON_Index(status: CSimdJSON_rejected, count: 0, positions: nil)
            }
            return unsafe CSimdJSON_index(indexer, start, bytes.count)
        }
        switch found.status {
        case CSimdJSON_indexed: return
        case CSimdJSON_exhausted: throw .exhausted
        default: throw .rejected
        }
    }

    /// The offset of each token, then the length of the document. Empty after a failure.
    var positions: Span<UInt32> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the shim wrote `count` offsets and the sentinel, and keeps them until the next mutating call.
            let count = found.positions == nil ? 0 : Int(found.count) + 1
            let view = unsafe UnsafeBufferPointer(start: found.positions, count: count).span
            return unsafe _overrideLifetime(view, borrowing: self)
        }
    }
}
