internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// `GET /workspaces`: the workspaces that have a log and that the caller may read, by their ids.
enum WorkspacesRoute {
    static func answer(
        _ request: borrowing HTTPRequest, _ call: Call, _ view: LogView, _ worker: inout WorkerState,
        _ response: inout HTTPResponse
    ) throws(Problem) -> HTTPDisposition {
        guard Representation(accept: request.header(.accept), offered: [.json]) != nil else {
            throw Problem(.notAcceptable, "this route answers application/json, which Accept leaves out")
        }
        let list = try WorkspaceList(request.query)
        let listing = LogListing(prefix: list.prefix, after: list.after, limit: list.limit + 1)
        let answer = try view.list(listing) {
            let link = ListLink(path: request.path, query: request.query)
            let reply = LaterReply(exchange: call.exchange, instance: OwnedBytes(request.path))
            return { result in
                reply.complete { response throws(Problem) in
                    response.write(try result.get(), limit: list.limit, link: link)
                }
            }
        }
        guard case .now(let logs) = answer else { return .later }
        response.write(logs, limit: list.limit, link: ListLink(path: request.path, query: request.query))
        return .now
    }
}

/// The query parameters of a list.
enum ListParameter: String, QueryParameter {
    case prefix
    case limit
    case after

    init?(_ name: Span<UInt8>) {
        guard let parameter = Self.allCases.first(where: { name.equals($0.rawValue.utf8.span) }) else { return nil }
        self = parameter
    }

    var bit: UInt16 {
        switch self {
        case .prefix: 1
        case .limit: 2
        case .after: 4
        }
    }
}

/// What a list names, as its query string asks for it.
struct WorkspaceList: Sendable {
    private(set) var prefix = OwnedBytes.empty
    /// Only ids after this one; nil: from the first.
    private(set) var after: OwnedBytes?
    private(set) var limit = Self.usualLimit

    static let usualLimit = 1000
    /// The most that can be asked for; some 200 bytes each.
    static let mostWorkspaces = 10_000

    /// Reads the parameters; an unknown or repeated one and a bad value are refused by name.
    init(_ string: Span<UInt8>) throws(Problem) {
        let string = QueryString(string)
        var position = 0
        var given: UInt16 = 0
        while let (parameter, place) = try string.next(ListParameter.self, from: &position, given: &given) {
            let value = string.text(at: place)
            switch parameter {
            case .prefix: prefix = try Self.text(parameter, value)
            case .limit: limit = min(try parameter.integer(value), Self.mostWorkspaces)
            case .after:
                let id = try Self.text(parameter, value)
                after = id == .empty ? nil : id
            }
        }
    }

    /// What an id could begin with, percent-decoded once.
    private static func text(_ parameter: ListParameter, _ value: Span<UInt8>) throws(Problem) -> OwnedBytes {
        var decoded = ByteBuffer()
        let isDecoded = PercentDecoding.decode(value, to: &decoded)
        let text = OwnedBytes(decoded.span)
        guard isDecoded, text.array.count <= WorkspaceID.maxBytes, text.array.allSatisfy(WorkspaceID.isAllowed) else {
            throw parameter.bad(value, "at most \(WorkspaceID.maxBytes) of A-Z a-z 0-9 . _ ~ -")
        }
        return text
    }
}

/// The target of a list's `Link: <…>; rel="next"`: the request's own, after the last id that was listed.
private struct ListLink: Sendable {
    private let path: OwnedBytes
    private let kept: [UInt8]

    init(path: Span<UInt8>, query: Span<UInt8>) {
        self.path = OwnedBytes(path)
        kept = NextLink.kept(of: query, without: "after")
    }

    func write(after id: OwnedBytes, to bytes: inout ByteBuffer) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(path.span)
        bytes.append(UInt8(ascii: "?"))
        bytes.append(kept.span)
        bytes.append("after=")
        bytes.append(id.span)
        bytes.append(">; rel=\"next\"")
    }
}

extension HTTPResponse {
    /// Makes this the list of the first `limit` of `logs`, ascending by id: a bare array. One more says that there are more.
    fileprivate mutating func write(_ logs: [LogDescription], limit: Int, link: ListLink) {
        setHeader("Content-Type", value: "application/json")
        setHeader("Cache-Control", value: "private, no-cache")
        let listed = logs.prefix(limit)
        if logs.count > listed.count {
            setHeader("Activity-More", value: "1")
            if let last = listed.last { withHeader("Link") { link.write(after: last.workspace, to: &$0) } }
        }
        body.append(UInt8(ascii: "["))
        var isFirst = true
        for log in listed {
            if !isFirst { body.append(UInt8(ascii: ",")) }
            isFirst = false
            body.append(log)
        }
        body.append(UInt8(ascii: "]"))
    }
}

extension ByteBuffer {
    /// Appends a log at a glance as a JSON object.
    fileprivate mutating func append(_ log: LogDescription) {
        append("{\"workspace_id\":\"")
        append(log.workspace.span)
        append("\",\"count\":")
        append(decimal: log.count)
        append(",\"bytes\":")
        append(decimal: log.bytes)
        append(",\"oldest\":")
        append(decimal: log.version.oldest)
        append(",\"latest\":")
        append(decimal: log.version.latest)
        append(",\"epoch\":")
        if let epoch = log.version.epoch {
            append("\"")
            epoch.write(to: &self)
            append("\"")
        } else {
            append("null")
        }
        append(",\"last_append\":")
        if let time = log.lastAppend { append(EventTimestamp(micros: time).bytes) } else { append("null") }
        append("}")
    }
}
