/// Events for one log, appended together or not at all: validated drafts and the bytes that they lie in.
///
/// A view: it borrows both spans, and a backend that answers later copies what it needs before it returns.
package struct EventBatch: ~Escapable {
    /// The bytes that the drafts refer to.
    package let bytes: Span<UInt8>
    /// The events, in the order of their ids.
    package let drafts: Span<EventDraft>

    /// Pairs drafts with their bytes.
    @_lifetime(copy bytes, copy drafts)
    package init(bytes: Span<UInt8>, drafts: Span<EventDraft>) {
        self.bytes = bytes
        self.drafts = drafts
    }

    /// Number of events.
    package var count: Int { drafts.count }

    /// The escaped kind of the event at `index`.
    @_lifetime(copy self)
    package func kind(at index: Int) -> Span<UInt8> {
        let draft = drafts[index]
        return bytes.extracting(Int(draft.kindStart)..<Int(draft.kindStart + draft.kindCount))
    }

    /// The payload of the event at `index`; empty stands for `{}`.
    @_lifetime(copy self)
    package func payload(at index: Int) -> Span<UInt8> {
        let draft = drafts[index]
        return bytes.extracting(Int(draft.payloadStart)..<Int(draft.payloadStart + draft.payloadCount))
    }
}
