internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// One row of ``RouteTable``: a method on a path, who may use it, what its body must be, and what answers it.
struct Route: Sendable {
    /// What answers a request that has found its route; on the worker of its connection.
    ///
    /// What needs no logs takes no view, and is open to all. What takes one names the scope that its caller is admitted for.
    enum Answer: Sendable {
        case open(
            @Sendable (
                _ request: borrowing HTTPRequest, _ call: Call, _ worker: inout WorkerState,
                _ response: inout HTTPResponse
            ) throws(Problem) -> HTTPDisposition)
        case view(
            Scope,
            @Sendable (
                _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
                _ response: inout HTTPResponse
            ) throws(Problem) -> HTTPDisposition)
    }

    /// `get` stands for HEAD, too.
    let method: HTTPMethod
    let path: RoutePath
    let body: BodyRule
    let answer: Answer

    init(_ method: HTTPMethod, _ path: RoutePath, body: BodyRule = .none, _ answer: Answer) {
        self.method = method
        self.path = path
        self.body = body
        self.answer = answer
    }
}

/// What a caller must be allowed to do with the logs to use a route.
enum Scope: CaseIterable, Sendable {
    case append
    case read
    /// What takes something away from others.
    case admin
}

/// A request that has found its route.
struct Call {
    /// Where the raw workspace id is in the request's path; empty for routes without one.
    let segment: RoutePath.Segment
    /// How the body is to be read.
    var body: BodyForm
    let exchange: HTTPExchange

    /// Calls `body` with the id of the workspace that the path names; throws when it names none.
    @inline(__always)
    func withWorkspace(
        of request: borrowing HTTPRequest, _ body: (Span<UInt8>) throws(Problem) -> HTTPDisposition
    ) throws(Problem) -> HTTPDisposition {
        if segment.isWorkspaceID { return try body(request.path.extracting(segment.range)) }
        let decoded = try Self.decoded(request.path.extracting(segment.range))
        return try body(decoded.span)
    }

    /// The id of a segment that is none as it stands: percent-decoded once.
    private static func decoded(_ segment: Span<UInt8>) throws(Problem) -> OwnedBytes {
        var decoded = ByteBuffer()
        guard segment.firstIndex(of: UInt8(ascii: "%")) != nil,
            PercentDecoding.decode(segment, to: &decoded), WorkspaceID.isValid(decoded.span)
        else {
            let shown = segment.extracting(first: min(segment.count, 128)).text
            throw Problem(
                .invalidWorkspaceID,
                "'\(shown)' is not a workspace id: 1 to 128 of A-Z a-z 0-9 . _ ~ - but not . or ..")
        }
        return OwnedBytes(decoded.span)
    }
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
    /// What ``start`` begins with, see ``prefix(of:)``.
    private let prefix: UInt64

    /// A path without a segment of the client's.
    init(_ path: StaticString) {
        start = path
        end = nil
        prefix = Self.prefix(of: path)
    }

    /// A path with a workspace id between `start`, of at least 8 bytes, and `end`, as `/workspaces/{id}/activity`.
    init(_ start: StaticString, workspaceThen end: StaticString) {
        self.start = start
        self.end = end
        prefix = Self.prefix(of: start)
    }

    private static func prefix(of path: StaticString) -> UInt64 {
        path.withUTF8Buffer { prefix(of: UnsafeRawBufferPointer($0)) }
    }

    /// The first 8 bytes as a word; of shorter ones all in a word, of which texts of one length have one each. It tells most
    /// paths apart by one comparison.
    @inline(__always)
    static func prefix(of path: UnsafeRawBufferPointer) -> UInt64 {
        if path.count >= 8 { return path.loadUnaligned(as: UInt64.self) }
        guard path.count >= 4 else { return path.reduce(0) { $0 << 8 | UInt64($1) } }
        let last = path.loadUnaligned(fromByteOffset: path.count - 4, as: UInt32.self)
        return UInt64(path.loadUnaligned(as: UInt32.self)) | UInt64(last) << 32
    }

    /// How the documentation spells it.
    var text: String { end.map { "\(start){id}\($0)" } ?? "\(start)" }

    /// Where in `path`, which has this prefix, the segment is, which may be empty; nil when `path` is another one. Neither
    /// allocates nor decodes.
    @inline(__always)
    func match(_ path: Span<UInt8>, prefix: UInt64) -> Segment? {
        guard prefix == self.prefix else { return nil }
        guard let end else {
            guard path.count == start.utf8CodeUnitCount, path.count <= 8 || path.starts(with: start) else { return nil }
            return Segment.none
        }
        let range = (first: start.utf8CodeUnitCount, last: path.count - end.utf8CodeUnitCount)
        guard range.first <= range.last, path.starts(with: start),
            path.extracting(range.last..<path.count).equals(end)
        else { return nil }
        let segment = path.extracting(range.first..<range.last)
        // What is an id as it stands, as nearly all are, has no slash in it.
        let isWorkspaceID = WorkspaceID.isValid(segment)
        guard isWorkspaceID || segment.firstIndex(of: UInt8(ascii: "/")) == nil else { return nil }
        return Segment(range: range.first..<range.last, isWorkspaceID: isWorkspaceID)
    }

    /// The client's part of a path.
    struct Segment: Equatable {
        let range: Range<Int>
        /// Whether it is a workspace id as it stands; else it is to be decoded first, or none.
        let isWorkspaceID: Bool

        /// That of a path without one.
        static let none = Segment(range: 0..<0, isWorkspaceID: false)
    }

    static func == (left: RoutePath, right: RoutePath) -> Bool { left.text == right.text }
}
