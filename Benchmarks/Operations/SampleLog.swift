internal import ActivityLog

/// A full memory log of events with 58 bytes of payload: from here on each append evicts one.
struct SampleLog {
    private let log: any EventLogBackend
    private let bytes = SampleBody.kind + SampleBody.payload

    /// Makes a log that keeps `resident` events, and fills it.
    init(resident: Int) throws {
        let policy = LogPolicy(bounds: LogBounds(maxEntries: resident))
        log = EventLogFactory(clock: FixedClock()).makeLog(policy)
        for _ in 0..<resident { _ = try appendOne() }
    }

    /// Appends the one event; returns its id.
    func appendOne() throws -> Int {
        let draft: InlineArray<1, EventDraft> = [
            EventDraft(
                kindStart: 0, kindCount: SampleBody.kind.count, payloadStart: SampleBody.kind.count,
                payloadCount: SampleBody.payload.count)
        ]
        let batch = EventBatch(bytes: bytes.span, drafts: draft.span)
        let receipt = try log.append(batch) { preconditionFailure("a memory log answers at once") }
        return receipt?.firstID ?? 0
    }

    /// Reads a page.
    func page(_ query: EventQuery) throws -> EventPage {
        let page = try log.query(query) { preconditionFailure("a memory log answers at once") }
        guard let page else { preconditionFailure("a memory log answers at once") }
        return page
    }
}
