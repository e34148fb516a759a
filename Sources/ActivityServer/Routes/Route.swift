internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// One row of ``RouteTable``: a method on a path, who may use it, what its body must be, and what answers it.
struct Route: Sendable {
    /// Answers a request that has found its route; called on the worker of its connection.
    typealias Answer =
        @Sendable (
            _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState, _ response: inout HTTPResponse
        ) throws(Problem) -> HTTPDisposition

    /// `get` stands for HEAD, too.
    let method: HTTPMethod
    let path: RoutePath
    let scope: Scope
    let body: BodyRule
    let answer: Answer

    init(_ method: HTTPMethod, _ path: RoutePath, _ scope: Scope, body: BodyRule = .none, _ answer: @escaping Answer) {
        self.method = method
        self.path = path
        self.scope = scope
        self.body = body
        self.answer = answer
    }
}

/// What a caller must be allowed to use a route.
enum Scope: CaseIterable, Sendable {
    /// Nothing: probes.
    case open
    case append
    case read
    /// What takes something away from others.
    case admin
}

/// A request that has found its route.
struct Call {
    /// Where the raw workspace id is in the request's path; empty for routes without one.
    let workspace: Range<Int>
    let exchange: HTTPExchange
}

/// The path of a route: constant text, with one segment of the client's in it at most.
///
/// It is compared with the raw path, before any decoding, so `%2F` and dot segments are part of an id and lead nowhere else;
/// a trailing slash is another path.
struct RoutePath: Equatable, Sendable {
    /// All of it, or what stands before the segment.
    let start: StaticString
    /// What stands after the segment; nil when there is none.
    let end: StaticString?

    /// A path without a segment of the client's.
    init(_ path: StaticString) {
        start = path
        end = nil
    }

    /// A path with a workspace id between `start` and `end`, as `/workspaces/{id}/activity`.
    init(_ start: StaticString, workspaceThen end: StaticString) {
        self.start = start
        self.end = end
    }

    /// How the documentation spells it.
    var text: String { end.map { "\(start){id}\($0)" } ?? "\(start)" }

    /// Where in `path` the segment is, which may be empty; nil when `path` is another one. Neither allocates nor decodes.
    @inline(__always)
    func match(_ path: Span<UInt8>) -> Range<Int>? {
        guard let end else { return path.equals(start) ? 0..<0 : nil }
        guard path.starts(with: start) else { return nil }
        let segment = start.utf8CodeUnitCount
        guard let slash = path.firstIndex(of: UInt8(ascii: "/"), from: segment),
            path.extracting(slash..<path.count).equals(end)
        else { return nil }
        return segment..<slash
    }

    static func == (left: RoutePath, right: RoutePath) -> Bool { left.text == right.text }
}
