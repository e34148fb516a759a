/// Request bodies, the same as those of the benchmark under load (`activitybench/events.py`).
enum SampleBody {
    /// The workspace that every event is of.
    static let workspace = "append"
    /// Kind and payload of an event that is put into a log directly: the payload has 58 bytes.
    static let kind = Array("tool.invoked".utf8)
    static let payload = Array(#"{"tool":"grep","n":12,"arg":"xxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#.utf8)

    /// One event in 110 bytes.
    static let event = Array(draft(payload: #"{"tool":"grep","n":12,"arg":"xxxxxxxxxxxxxxxx"}"#).utf8)

    /// `count` events with payloads of 58 bytes, one a line.
    static func ndjson(_ count: Int) -> [UInt8] {
        Array(repeatElement(draft, count: count).joined(separator: "\n").utf8)
    }

    /// The same as a JSON array.
    static func array(_ count: Int) -> [UInt8] {
        Array("[\(repeatElement(draft, count: count).joined(separator: ","))]".utf8)
    }

    private static let draft = draft(payload: String(decoding: payload, as: UTF8.self))

    private static func draft(payload: String) -> String {
        #"{"workspace_id":"\#(workspace)","kind":"tool.invoked","payload":\#(payload)}"#
    }
}
