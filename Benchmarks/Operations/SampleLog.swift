internal import ActivityLog

/// A full memory log of events with 58 bytes of payload: from here on each append evicts one.
struct SampleLog {
    private let store: MemoryStore
    private let workspace: MemoryWorkspace

    /// Makes a log that keeps `resident` events, and fills it.
    init(resident: Int) throws {
        store = MemoryStore(
            policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(maxEntries: resident))), maxWorkspaces: 1,
            clock: FixedClock(), topics: LogTopics())
        let id = Array("w".utf8)
        _ = try Self.append(to: store, id.span)
        guard let workspace = store.find(id.span) else { preconditionFailure("a log comes with its first append") }
        self.workspace = workspace
        for _ in 1..<resident { _ = try appendOne() }
    }

    /// Appends the one event; returns its id.
    func appendOne() throws -> Int {
        let draft: InlineArray<1, EventDraft> = [Self.draft]
        guard case .appended(let receipt) = store.append(EventBatch(bytes: Self.bytes.span, drafts: draft.span), to: workspace)
        else { preconditionFailure("a memory log answers at once") }
        return receipt.firstID
    }

    /// Appends the one event to any workspace.
    static func append(to store: MemoryStore, _ workspace: Span<UInt8>) throws -> Int {
        let draft: InlineArray<1, EventDraft> = [Self.draft]
        let batch = EventBatch(bytes: bytes.span, drafts: draft.span)
        let answer = try store.append(batch, to: workspace) { preconditionFailure("a memory log answers at once") }
        guard case .now(let receipt) = answer else { preconditionFailure("a memory log answers at once") }
        return receipt.firstID
    }

    private static let bytes = SampleBody.kind + SampleBody.payload
    private static let draft = EventDraft(
        kindStart: 0, kindCount: SampleBody.kind.count, payloadStart: SampleBody.kind.count,
        payloadCount: SampleBody.payload.count)

    /// Reads a page, every run of it in wire form.
    func page(_ query: EventQuery) throws -> EventPage {
        var page = store.query(query, of: workspace)
        guard page.slices.expand() else { preconditionFailure("there is memory for it") }
        return page
    }
}
