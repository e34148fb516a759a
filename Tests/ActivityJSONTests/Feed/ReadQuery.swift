import ActivityJSON
import ActivityLog

/// One query of a body in a form that tests can compare.
struct ReadQuery: Equatable, CustomStringConvertible {
    var workspace: String
    var cursor: LogCursor?
    var limit = 1000
    var kinds: KindFilter?
    /// Why the query is refused, as `code at offset`; then nothing else of it counts but the workspace.
    var refusal: String?

    init(_ workspace: String, since cursor: LogCursor? = nil, limit: Int = 1000, kinds: KindFilter? = nil) {
        self.workspace = workspace
        self.cursor = cursor
        self.limit = limit
        self.kinds = kinds
    }

    init(_ workspace: String, refusal: String) {
        self.workspace = workspace
        self.refusal = refusal
    }

    init(_ query: FeedQuery) {
        let workspace = String(decoding: query.workspace, as: UTF8.self)
        switch query.question {
        case .success(let question):
            self.init(workspace, since: question.cursor, limit: question.limit, kinds: question.kinds)
        case .failure(let error):
            self.init(workspace, refusal: "\(error.code.rawValue) at \(error.offset)")
        }
    }

    var description: String { refusal ?? "\(workspace) after \(String(describing: cursor)) limit \(limit)" }
}

/// The queries of a body, read by a fresh parser.
func feed(_ body: String, mostEvents: Int = 10_000) throws(BodySyntaxError) -> [ReadQuery] {
    try feed(Array(body.utf8), mostEvents: mostEvents)
}

func feed(_ body: [UInt8], mostEvents: Int = 10_000) throws(BodySyntaxError) -> [ReadQuery] {
    var parser = FeedQueryParser(mostEvents: mostEvents)
    return try parser.parse(body.span).queries.map { ReadQuery($0) }
}

/// The error that a whole body is refused with; nil when it is accepted.
func feedRefusal(_ body: [UInt8]) -> BodySyntaxError? {
    do throws(BodySyntaxError) {
        _ = try feed(body)
        return nil
    } catch {
        return error
    }
}
