internal import ActivityLog

/// A full memory log of events with 58 bytes of payload: from here on each append evicts one.
struct SampleLog {
    private let store: MemoryStore
    private let workspace = Array("w".utf8)

    /// Makes a log that keeps `resident` events, and fills it.
    init(resident: Int) throws {
        store = MemoryStore(
            policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(maxEntries: resident))), maxWorkspaces: 1,
            clock: FixedClock(), topics: LogTopics())
        for _ in 0..<resident { _ = try appendOne() }
    }

    /// Appends the one event; returns its id.
    func appendOne() throws -> Int { try Self.append(to: store, workspace.span) }

    /// Appends the one event to any workspace.
    static func append(to store: MemoryStore, _ workspace: Span<UInt8>) throws -> Int {
        let draft: InlineArray<1, EventDraft> = [
            EventDraft(
                kindStart: 0, kindCount: SampleBody.kind.count, payloadStart: SampleBody.kind.count,
                payloadCount: SampleBody.payload.count)
        ]
        let batch = EventBatch(bytes: bytes.span, drafts: draft.span)
        let answer = try store.append(batch, to: workspace) { preconditionFailure("a memory log answers at once") }
        guard case .now(let receipt) = answer else { preconditionFailure("a memory log answers at once") }
        return receipt.firstID
    }

    private static let bytes = SampleBody.kind + SampleBody.payload

    /// Reads a page, every run of it in wire form.
    func page(_ query: EventQuery) throws -> EventPage {
        let answer = try store.query(query, of: workspace.span) { preconditionFailure("a memory log answers at once") }
        guard case .now(var page) = answer, page.slices.expand() else {
            preconditionFailure("a memory log answers at once")
        }
        return page
    }
}
