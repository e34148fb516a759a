package import ActivityLog
package import ByteBuffers
private import Dispatch
private import Synchronization

/// One event as a test writes it.
package struct TestEvent: Sendable, Equatable {
    /// The kind, free of characters that JSON escapes.
    package var kind: String
    /// A minified JSON object; empty stands for an omitted payload.
    package var payload: String

    /// An event of this kind and payload.
    package init(_ kind: String, _ payload: String = "") {
        self.kind = kind
        self.payload = payload
    }

    /// Appends its bytes and says where they are.
    fileprivate func draft(in bytes: inout [UInt8]) -> EventDraft {
        let kindStart = bytes.count
        bytes += Array(kind.utf8)
        let payloadStart = bytes.count
        bytes += Array(payload.utf8)
        return EventDraft(
            kindStart: kindStart, kindCount: payloadStart - kindStart, payloadStart: payloadStart,
            payloadCount: bytes.count - payloadStart)
    }
}

/// Makes a batch of `events` and lends it to `body`.
package func withBatch<Result>(of events: [TestEvent], _ body: (borrowing EventBatch) throws -> Result) rethrows
    -> Result
{
    var bytes: [UInt8] = []
    var drafts: [EventDraft] = []
    for event in events { drafts.append(event.draft(in: &bytes)) }
    return try body(EventBatch(bytes: bytes.span, drafts: drafts.span))
}

/// One workspace's log in a store, as tests use it: each operation waits for its answer.
package struct StoreLog: Sendable {
    /// The store that has it.
    package let store: any EventStore
    /// The workspace's id.
    package let workspace: OwnedBytes

    /// Names the log of a workspace; asks nothing.
    package init(_ store: any EventStore, _ workspace: String = "w") {
        self.store = store
        self.workspace = OwnedBytes(Array(workspace.utf8).span)
    }

    /// Appends a batch.
    @discardableResult
    package func append(_ events: [TestEvent]) throws -> AppendReceipt {
        try withBatch(of: events) { batch in
            try waiting { later in try store.append(batch, to: workspace.span, later: later) }
        }
    }

    /// Appends one event.
    @discardableResult
    package func append(_ kind: String, _ payload: String = "") throws -> AppendReceipt {
        try append([TestEvent(kind, payload)])
    }

    /// Reads a page.
    package func page(_ query: EventQuery = EventQuery()) throws -> EventPage {
        try waiting { later in try store.query(query, of: workspace.span, later: later) }
    }

    /// Clears it.
    package func clear() throws {
        try waiting { later in try store.clear(workspace.span, later: later) }
    }

    /// Describes it; nil when there is none.
    package func description() throws -> LogDescription? {
        try waiting { later in try store.describe(workspace.span, later: later) }
    }
}

extension EventStore {
    /// Workspaces that have a log.
    package var workspaceCount: Int { (try? list().count) ?? -1 }

    /// Appends a batch over several workspaces, waiting for the answer.
    @discardableResult
    package func append(_ events: [(workspace: String, events: [TestEvent])]) throws -> [AppendReceipt] {
        try withBatches(of: events) { batches in try waiting { later in try append(batches, later: later) } }
    }

    /// Lists, waiting for the answer; the ids.
    package func list(_ listing: LogListing = LogListing()) throws -> [String] {
        try waiting { later in try list(listing, later: later) }.map { $0.workspace.span.text }
    }
}

/// Makes batches and lends them to `body`.
package func withBatches<Result>(
    of parts: [(workspace: String, events: [TestEvent])], _ body: (borrowing WorkspaceBatches) throws -> Result
) rethrows -> Result {
    var bytes: [UInt8] = []
    var drafts: [EventDraft] = []
    var groups: [WorkspaceBatches.Group] = []
    for (workspace, events) in parts {
        groups.append(
            WorkspaceBatches.Group(
                workspaceStart: UInt32(bytes.count), workspaceCount: UInt32(workspace.utf8.count),
                firstDraft: drafts.count, draftCount: events.count))
        bytes += Array(workspace.utf8)
        for event in events { drafts.append(event.draft(in: &bytes)) }
    }
    return try body(WorkspaceBatches(bytes: bytes.span, drafts: drafts.span, groups: groups.span))
}

private func waiting<Value: Sendable>(
    _ operation: (() -> StoreCompletion<Value>) throws -> StoreAnswer<Value>
) throws -> Value {
    let promise = Promise<Value>()
    if case .now(let value) = try operation({ { promise.fulfil($0) } }) { return value }
    return try promise.wait().get()
}

/// A value that another thread will deliver.
private final class Promise<Value: Sendable>: Sendable {
    private let answer = Mutex<Result<Value, StoreError>?>(nil)
    private let delivered = DispatchSemaphore(value: 0)

    func fulfil(_ result: Result<Value, StoreError>) {
        answer.withLock { $0 = result }
        delivered.signal()
    }

    func wait() throws(StoreError) -> Result<Value, StoreError> {
        delivered.wait()
        guard let result = answer.withLock({ $0 }) else { throw .unavailable(reason: "signalled without an answer") }
        return result
    }
}

extension EventPage {
    /// The events in the order that the page is to be written in, as text.
    package var events: [String] {
        var texts: [String] = []
        for index in 0..<slices.count {
            guard let slice = slices.expanded(at: index) else { continue }
            for event in 0..<slice.count { texts.append(slice.event(at: event).text) }
        }
        return newestFirst ? texts.reversed() : texts
    }

    /// Their ids, in that order.
    package var ids: [Int] {
        events.compactMap { text in Int(text.dropFirst("{\"id\":".count).prefix { $0.isNumber }) }
    }
}
