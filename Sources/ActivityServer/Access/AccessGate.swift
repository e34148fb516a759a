internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// Decides who may use the logs. The only way to them: it has them, and hands out views.
///
/// A route that forgot to ask does not compile: what it would call is ``LogView``'s, only the gate makes one, and it does for a
/// caller that it has admitted. Everybody is, as long as there is no access control.
struct AccessGate: Sendable {
    private let logs: AdmittedLogs

    init(logs: EventLogs, live: LiveDelivery) {
        self.logs = AdmittedLogs(logs: logs, live: live)
    }

    /// The view of who sends a request to a route of `scope`; throws when the caller may not use it.
    @inline(__always)
    func admit(_ request: borrowing HTTPRequest, to scope: Scope) throws(Problem) -> LogView {
        LogView(logs: logs, caller: .everyone)
    }
}

/// Who asks.
enum Caller: Sendable {
    /// Anybody: there is no access control.
    case everyone

    /// Throws unless the caller may do what `scope` says with a workspace.
    @inline(__always)
    fileprivate func check(_ scope: Scope, _ workspace: Span<UInt8>) throws(Problem) {
        switch self {
        case .everyone: break
        }
    }
}

/// One object for what views refer to, so that making one costs one reference.
private final class AdmittedLogs: Sendable {
    let logs: EventLogs
    let live: LiveDelivery

    init(logs: EventLogs, live: LiveDelivery) {
        self.logs = logs
        self.live = live
    }
}

/// Takes what a view was asked for and could not have at once. Called once, from any thread; must be short.
typealias ViewCompletion<Value> = @Sendable (Result<Value, Problem>) -> Void

/// The logs as one admitted caller may use them. Each operation looks whether the caller may do it with the workspace, then
/// asks the store, which answers now or later as ``EventStore`` says. Requests that wait and streams keep theirs.
struct LogView: Sendable {
    private let logs: AdmittedLogs
    private let caller: Caller

    fileprivate init(logs: AdmittedLogs, caller: Caller) {
        self.logs = logs
        self.caller = caller
    }

    /// Appends to the log of one workspace.
    func append(
        _ batch: borrowing EventBatch, to workspace: Span<UInt8>, later: () -> ViewCompletion<AppendReceipt>
    ) throws(Problem) -> StoreAnswer<AppendReceipt> {
        try caller.check(.append, workspace)
        do throws(StoreError) {
            return try logs.logs.append(batch, to: workspace) { Self.completion(later()) }
        } catch {
            throw Problem(error)
        }
    }

    /// Appends to several logs, all or nothing.
    func append(
        _ batches: borrowing WorkspaceBatches, later: () -> ViewCompletion<[AppendReceipt]>
    ) throws(Problem) -> StoreAnswer<[AppendReceipt]> {
        for index in 0..<batches.count { try caller.check(.append, batches.workspace(at: index)) }
        do throws(StoreError) {
            return try logs.logs.append(batches) { Self.completion(later()) }
        } catch {
            throw Problem(error)
        }
    }

    /// Reads a page.
    @inline(__always)
    func query(
        _ query: EventQuery, of workspace: Span<UInt8>, later: () -> ViewCompletion<EventPage>
    ) throws(Problem) -> StoreAnswer<EventPage> {
        try caller.check(.read, workspace)
        do throws(StoreError) {
            return try logs.logs.query(query, of: workspace) { Self.completion(later()) }
        } catch {
            throw Problem(error)
        }
    }

    /// Drops every event of a log.
    func clear(_ workspace: Span<UInt8>, later: () -> ViewCompletion<Void>) throws(Problem) -> StoreAnswer<Void> {
        try caller.check(.admin, workspace)
        do throws(StoreError) {
            return try logs.logs.clear(workspace) { Self.completion(later()) }
        } catch {
            throw Problem(error)
        }
    }

    /// Describes the log of a workspace; nil when it has none.
    func describe(
        _ workspace: Span<UInt8>, later: () -> ViewCompletion<LogDescription?>
    ) throws(Problem) -> StoreAnswer<LogDescription?> {
        try caller.check(.read, workspace)
        do throws(StoreError) {
            return try logs.logs.describe(workspace) { Self.completion(later()) }
        } catch {
            throw Problem(error)
        }
    }

    /// Describes the logs that `listing` names and the caller may read.
    func list(
        _ listing: LogListing, later: () -> ViewCompletion<[LogDescription]>
    ) throws(Problem) -> StoreAnswer<[LogDescription]> {
        do throws(StoreError) {
            let answer = try logs.logs.list(listing) {
                let completion = Self.completion(later())
                return { completion($0.map(visible)) }
            }
            guard case .now(let descriptions) = answer else { return .later }
            return .now(visible(descriptions))
        } catch {
            throw Problem(error)
        }
    }

    private func visible(_ descriptions: [LogDescription]) -> [LogDescription] {
        switch caller {
        case .everyone: descriptions
        }
    }

    /// Parks a request until there is something to tell it, see ``LiveDelivery/wait(with:exchange:seconds:)``.
    func wait(with poll: some LivePoll, exchange: HTTPExchange, seconds: Int) throws(Problem) -> HTTPDisposition {
        for workspace in poll.workspaces { try caller.check(.read, workspace.span) }
        return try logs.live.wait(with: poll, exchange: exchange, seconds: seconds)
    }

    /// Begins a stream, see ``LiveDelivery``.
    func openStream(
        _ wish: LiveWish, for request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        for place in wish.places { try caller.check(.read, place.workspace.span) }
        return try logs.live.open(wish, in: self, for: request, with: &response, exchange: exchange)
    }

    private static func completion<Value>(_ completion: @escaping ViewCompletion<Value>) -> StoreCompletion<Value> {
        { completion($0.mapError { Problem($0) }) }
    }
}
