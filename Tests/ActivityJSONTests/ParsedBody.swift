import ActivityJSON
import ActivityLog

/// One event as it would be stored, in a form that tests can compare.
struct StoredEvent: Equatable, CustomStringConvertible {
    var workspace = ""
    var kind = ""
    var payload = ""

    var description: String { "\(workspace)|\(kind)|\(payload)" }
}

/// What a fresh or a given parser makes of a body.
func parsed(
    _ body: [UInt8], _ format: EventFormat = .json, workspace: WorkspaceSource = .member,
    handling: BodyHandling = .repairing, with parser: inout EventParser
) throws(BodySyntaxError) -> [StoredEvent] {
    try parser.parse(body.span, format: format, workspace: workspace, handling: handling)
    return stored(in: parser)
}

func parsed(
    _ body: String, _ format: EventFormat = .json, workspace: WorkspaceSource = .member,
    handling: BodyHandling = .repairing
) throws(BodySyntaxError) -> [StoredEvent] {
    var parser = EventParser()
    return try parsed(Array(body.utf8), format, workspace: workspace, handling: handling, with: &parser)
}

/// The events of the parser's last body.
func stored(in parser: borrowing EventParser) -> [StoredEvent] {
    let events = parser.events
    let bytes = parser.bytes
    return events.indices.map { index in
        let event = events[index]
        func text(_ start: UInt32, _ count: UInt32) -> String {
            bytes.extracting(Int(start)..<Int(start + count)).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        return StoredEvent(
            workspace: text(event.workspaceStart, event.workspaceCount),
            kind: text(event.draft.kindStart, event.draft.kindCount),
            payload: text(event.draft.payloadStart, event.draft.payloadCount))
    }
}

/// The error that a body is refused with; nil when it is accepted.
func refusal(
    _ body: [UInt8], _ format: EventFormat = .json, workspace: WorkspaceSource = .member,
    handling: BodyHandling = .repairing, maxEventBytes: Int = 262_144
) -> BodySyntaxError? {
    var parser = EventParser(maxEventBytes: maxEventBytes)
    do throws(BodySyntaxError) {
        try parser.parse(body.span, format: format, workspace: workspace, handling: handling)
        return nil
    } catch {
        return error
    }
}

func refusal(
    _ body: String, _ format: EventFormat = .json, workspace: WorkspaceSource = .member,
    handling: BodyHandling = .repairing, maxEventBytes: Int = 262_144
) -> BodySyntaxError? {
    refusal(Array(body.utf8), format, workspace: workspace, handling: handling, maxEventBytes: maxEventBytes)
}
