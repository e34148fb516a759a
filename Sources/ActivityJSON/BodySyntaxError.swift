/// Why a body of events, or of feed queries, was refused: what, where, and in ``detail`` what would be right.
package struct BodySyntaxError: Error, Sendable, Equatable {
    /// What a client may match on. The raw values are part of the HTTP API (`code` of the problem details).
    package enum Code: String, Sendable, CaseIterable {
        /// Not JSON (RFC 8259), or not laid out as the format wants it.
        case invalidJSON = "invalid-json"
        /// Not UTF-8 (RFC 3629).
        case invalidUTF8 = "invalid-utf8"
        /// No event at all.
        case emptyBatch = "empty-batch"
        /// Some other JSON value where an event or a query should be.
        case notAnObject = "not-an-object"
        /// A member that events, or queries, do not have; nothing that a client sends is dropped silently.
        case unknownMember = "unknown-member"
        /// A member given twice.
        case duplicateMember = "duplicate-member"
        /// No `workspace_id`.
        case missingWorkspaceID = "missing-workspace-id"
        /// A `workspace_id` that is no string or no valid id.
        case invalidWorkspaceID = "invalid-workspace-id"
        /// No `kind`.
        case missingKind = "missing-kind"
        /// A `kind` of no characters.
        case emptyKind = "empty-kind"
        /// A `kind` that is no string, too long, or holds a control character.
        case invalidKind = "invalid-kind"
        /// A `payload` that is no object.
        case payloadNotObject = "payload-not-object"
        /// Nested deeper than 128 levels.
        case tooDeep = "too-deep"
        /// Kind and payload exceed the limit on one event.
        case eventTooLarge = "event-too-large"
        /// A body of queries without `queries`, or with none in it, or where it is no array.
        case missingQueries = "missing-queries"
        /// More queries than one request may hold.
        case tooManyQueries = "too-many-queries"
        /// A `since`, `limit` or `kind` of a query that is of the wrong type or has a bad value.
        case invalidParameter = "invalid-parameter"
        /// More than a parser can index: 4 GiB, or more than there is memory for.
        case bodyTooLarge = "body-too-large"
    }

    /// Where a byte is for somebody who looks at the body in an editor. Both count from 1.
    struct Location: Sendable, Equatable {
        /// Of the byte in the body, from 0.
        var offset: Int
        /// Line feeds before it, and one.
        var line: Int
        /// Characters (Unicode scalars) before it in the line, and one.
        var column: Int
    }

    /// Offset in the body of the first byte that cannot stay: of the value or name that is refused, or for what is
    /// missing of the event's opening brace. Equals the body's length when more was expected there.
    package let offset: Int
    /// Position of the event in a batch, or of the query, from 0. Nil for a single event and for what lies outside.
    package let index: Int?
    /// What ``index`` counts.
    let item: Item

    /// What a body is made of.
    enum Item: String, Sendable {
        case event, query
    }

    let problem: BodyDefect
    /// Line and column, in a body of several lines.
    let location: Location?
    /// The character at ``offset``; nil at the end of the body.
    let found: Unicode.Scalar?
    /// The name or literal at ``offset`` as the body spells it, shortened; empty where the message has no use for it.
    let excerpt: String

    /// What a client may match on.
    package var code: Code { problem.code }
}
