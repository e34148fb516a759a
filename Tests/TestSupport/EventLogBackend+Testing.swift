package import ActivityLog
private import ByteBuffers
private import Dispatch
private import Synchronization

/// One event as a test writes it.
package struct TestEvent: Sendable, Equatable {
    /// The kind, free of characters that JSON escapes.
    package var kind: String
    /// A minified JSON object; empty stands for an omitted payload.
    package var payload: String

    /// Names the two.
    package init(_ kind: String, _ payload: String = "") {
        self.kind = kind
        self.payload = payload
    }
}

/// Makes a batch of `events` and lends it to `body`.
package func withBatch<Result>(of events: [TestEvent], _ body: (borrowing EventBatch) throws -> Result) rethrows
    -> Result
{
    var bytes: [UInt8] = []
    var drafts: [EventDraft] = []
    for event in events {
        let kindStart = bytes.count
        bytes += Array(event.kind.utf8)
        let payloadStart = bytes.count
        bytes += Array(event.payload.utf8)
        drafts.append(
            EventDraft(
                kindStart: kindStart, kindCount: payloadStart - kindStart, payloadStart: payloadStart,
                payloadCount: bytes.count - payloadStart))
    }
    return try body(EventBatch(bytes: bytes.span, drafts: drafts.span))
}

extension EventLogBackend {
    /// Appends, waiting for the answer of a backend that gives it later.
    @discardableResult
    package func append(_ events: [TestEvent]) throws -> AppendReceipt {
        try withBatch(of: events) { batch in try waiting { later in try append(batch, later: later) } }
    }

    /// Appends one event.
    @discardableResult
    package func append(_ kind: String, _ payload: String = "") throws -> AppendReceipt {
        try append([TestEvent(kind, payload)])
    }

    /// Reads a page, waiting for the answer of a backend that gives it later.
    package func page(_ query: EventQuery = EventQuery()) throws -> EventPage {
        try waiting { later in try self.query(query, later: later) }
    }

    /// Clears, waiting for it.
    package func clear() throws {
        try waiting { later in try clear(later: later) }
    }

    /// Describes the log, waiting for it.
    package func stats() throws -> LogStats {
        try waiting { later in try stats(later: later) }
    }

    private func waiting<Value: Sendable>(_ operation: (() -> LogCompletion<Value>) throws -> Value?) throws -> Value {
        let promise = Promise<Value>()
        if let value = try operation({ { promise.fulfil($0) } }) { return value }
        return try promise.wait().get()
    }
}

/// A value that another thread will deliver.
private final class Promise<Value: Sendable>: Sendable {
    private let answer = Mutex<Result<Value, EventLogError>?>(nil)
    private let delivered = DispatchSemaphore(value: 0)

    func fulfil(_ result: Result<Value, EventLogError>) {
        answer.withLock { $0 = result }
        delivered.signal()
    }

    func wait() throws(EventLogError) -> Result<Value, EventLogError> {
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
            for event in 0..<slices[index].count { texts.append(slices[index].event(at: event).text) }
        }
        return newestFirst ? texts.reversed() : texts
    }

    /// Their ids, in that order.
    package var ids: [Int] {
        events.compactMap { text in Int(text.dropFirst("{\"id\":".count).prefix { $0.isNumber }) }
    }
}
