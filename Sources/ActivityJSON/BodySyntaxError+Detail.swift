internal import ActivityLog

extension BodySyntaxError: CustomStringConvertible {
    /// One sentence for a person: what is wrong, where, and what would be right. Built on each call.
    ///
    /// May quote up to about 64 bytes of the body as they came; whoever prints it escapes it.
    package var detail: String {
        var place = "at byte \(offset)"
        if let location { place += " (line \(location.line), column \(location.column))" }
        if let index { place += " in \(item.rawValue) \(index) (counted from 0)" }
        let (what, hint) = problem.words(found: found, excerpt: excerpt)
        return "\(what) \(place): \(hint)"
    }

    package var description: String { "\(code.rawValue): \(detail)" }
}

extension BodyDefect {
    /// The code that clients see.
    var code: BodySyntaxError.Code {
        switch self {
        case .unexpected, .badLiteral, .notFinite, .foreignLiteral, .badEscape, .loneSurrogate, .controlCharacter,
            .unclosedString, .byteOrderMark, .lineBreakInsideEvent, .secondEvent, .formBody, .compressedBody:
            .invalidJSON
        case .malformedUTF8: .invalidUTF8
        case .noEvents: .emptyBatch
        case .eventNotObject, .arrayInLines, .feedNotObject, .queryNotObject: .notAnObject
        case .unknownMember, .workspaceFixedByRequest, .unknownFeedMember, .unknownQueryMember: .unknownMember
        case .duplicateMember: .duplicateMember
        case .workspaceMissing, .queryWithoutWorkspace: .missingWorkspaceID
        case .workspaceNotString, .workspaceInvalid: .invalidWorkspaceID
        case .kindMissing: .missingKind
        case .kindEmpty: .emptyKind
        case .kindNotString, .kindTooLong, .kindControlCharacter: .invalidKind
        case .payloadNotObject: .payloadNotObject
        case .tooDeep: .tooDeep
        case .eventTooLarge: .eventTooLarge
        case .bodyTooLarge: .bodyTooLarge
        case .queriesMissing, .queriesNotArray, .noQueries: .missingQueries
        case .tooManyQueries: .tooManyQueries
        case .sinceNotCursor, .sinceIsTime, .limitNotInteger, .kindsNotString, .kindsMalformed, .waitNotSeconds:
            .invalidParameter
        }
    }

    /// What is wrong, and what would be right.
    fileprivate func words(found: Unicode.Scalar?, excerpt: String) -> (what: String, hint: String) {
        let value = Self.value(startingWith: found)
        let character = Self.name(of: found)
        switch self {
        case .unexpected(let expected):
            return ("unexpected \(character)", "expected \(expected.words)")
        case .badLiteral:
            return ("unknown literal \"\(excerpt)\"", "expected true, false or null")
        case .notFinite:
            return (
                "literal \"\(excerpt)\"",
                "JSON has no NaN and no Infinity, expected a number, null or a string (json.dumps of Python with "
                    + "allow_nan=False refuses them instead of writing them)"
            )
        case .foreignLiteral:
            return (
                "literal \"\(excerpt)\"",
                "expected true, false or null in lower case (json.dumps of Python writes them, str does not)"
            )
        case .badEscape:
            return ("invalid escape in a string", #"expected \", \\, \/, \b, \f, \n, \r, \t or \u and four hex digits"#)
        case .loneSurrogate:
            return ("half of a surrogate pair in a string", #"expected \uD800 to \uDBFF, then \uDC00 to \uDFFF"#)
        case .controlCharacter:
            return ("\(character) in a string", #"expected an escape such as \n or \u001F"#)
        case .unclosedString:
            return ("string without an end", "expected a closing '\"' before the end of the body")
        case .byteOrderMark:
            return ("byte order mark", "expected UTF-8 without one")
        case .lineBreakInsideEvent:
            return ("line break inside an event", "expected exactly one complete event object a line")
        case .secondEvent:
            return (
                "second event",
                "expected one event or an array of them; send one a line as Content-Type: application/x-ndjson"
            )
        case .arrayInLines:
            return (
                "array in NDJSON", "expected one event object a line; send an array as Content-Type: application/json"
            )
        case .formBody:
            return ("form", "expected JSON, such as {\"workspace_id\":\"demo\",\"kind\":\"turn.started\"}")
        case .compressedBody:
            return ("gzip", "expected JSON; send Content-Encoding: gzip with a body that is compressed")
        case .malformedUTF8:
            return ("malformed UTF-8", "expected well-formed UTF-8 (RFC 3629)")
        case .noEvents:
            return ("no event", "expected an event object, a non-empty array of them, or one a line in NDJSON")
        case .eventNotObject:
            return ("event is \(value)", "expected an object with a kind and maybe a payload")
        case .unknownMember(.member):
            return ("unknown member \"\(excerpt)\"", "an event has the members workspace_id, kind and payload")
        case .unknownMember(.fixed):
            return ("unknown member \"\(excerpt)\"", "an event has the members kind and payload here")
        case .workspaceFixedByRequest:
            return ("workspace_id", "the request names the workspace already, expected only kind and payload")
        case .duplicateMember:
            return ("second member \"\(excerpt)\"", "expected each member at most once")
        case .workspaceMissing:
            return ("event without workspace_id", "expected a member \"workspace_id\" with the id of a workspace")
        case .workspaceNotString:
            return ("workspace_id is \(value)", "expected \(Self.workspaceRule)")
        case .workspaceInvalid:
            return ("invalid workspace_id", "expected \(Self.workspaceRule)")
        case .kindMissing:
            return ("event without kind", "expected a member \"kind\" such as \"turn.started\"")
        case .kindNotString:
            return ("kind is \(value)", "expected a string of 1 to \(EventReader.maxKindBytes) bytes")
        case .kindEmpty:
            return ("empty kind", "expected 1 to \(EventReader.maxKindBytes) bytes such as \"turn.started\"")
        case .kindTooLong:
            return ("kind is too long", "expected at most \(EventReader.maxKindBytes) bytes of UTF-8")
        case .kindControlCharacter:
            return ("control character in kind", "expected none of U+0000 to U+001F and U+007F to U+009F")
        case .payloadNotObject:
            return ("payload is \(value)", "expected an object, or no payload at all")
        case .tooDeep:
            return ("nested too deeply", "expected at most \(TokenCursor.maxDepth) levels, the event being the first")
        case .eventTooLarge(let bytes, let limit):
            return ("event of \(bytes) bytes", "expected at most \(limit) bytes of kind and payload")
        case .bodyTooLarge:
            return ("body is too large to parse", "expected less than 4 GiB, and what there is memory for")
        case .feedNotObject:
            return ("body is \(value)", "expected an object with a member \"queries\"")
        case .unknownFeedMember:
            return ("unknown member \"\(excerpt)\"", "the body has the members queries and wait")
        case .queriesMissing:
            return ("body without queries", "expected a member \"queries\" with an array of queries")
        case .queriesNotArray:
            return ("queries is \(value)", "expected an array of queries")
        case .noQueries:
            return ("no query", "expected 1 to \(FeedRequest.mostQueries) queries")
        case .tooManyQueries:
            return ("one query too many", "expected at most \(FeedRequest.mostQueries)")
        case .queryNotObject:
            return ("query is \(value)", "expected an object with a workspace_id")
        case .unknownQueryMember:
            return ("unknown member \"\(excerpt)\"", "a query has the members workspace_id, since, limit and kind")
        case .queryWithoutWorkspace:
            return ("query without workspace_id", "expected a member \"workspace_id\" with the id of a workspace")
        case .sinceIsTime:
            return ("invalid since", "it looks like a time in milliseconds; expected an event id or a token")
        case .sinceNotCursor:
            return ("invalid since", "expected an event id (0 or more) or a token such as \"abcdefghij-42\"")
        case .limitNotInteger:
            return ("invalid limit", "expected an integer from 0 to \(Int.max)")
        case .waitNotSeconds:
            return ("invalid wait", "expected an integer of seconds from 0 to \(FeedRequest.longestWait)")
        case .kindsNotString:
            return ("kind is \(value)", "expected a string of kinds separated by commas")
        case .kindsMalformed:
            return (
                "invalid kind",
                "expected 1 to \(KindFilter.mostPatterns) kinds separated by commas, each exact or with one * at its end"
            )
        }
    }

    private static let workspaceRule = #"1 to 128 characters of A-Z a-z 0-9 . _ ~ - other than "." and "..""#

    private static func value(startingWith first: Unicode.Scalar?) -> String {
        switch first {
        case "\"": "a string"
        case "{": "an object"
        case "[": "an array"
        case "t", "f": "a boolean"
        case "n": "null"
        default: "a number"
        }
    }

    private static func name(of found: Unicode.Scalar?) -> String {
        guard let found else { return "end of the body" }
        if (0x21...0x7E).contains(found.value) { return "'\(found)'" }
        let digits = String(found.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension Expected {
    fileprivate var words: String {
        switch self {
        case .memberName: "a member name in double quotes"
        case .memberNameOrBrace: "a member name in double quotes or '}'"
        case .colon: "':'"
        case .commaOrBrace: "',' or '}'"
        case .commaOrBracket: "',' or ']'"
        case .value: "a value"
        case .event: "an event object"
        case .eventOrEvents: "an event object or an array of them"
        case .feed: "an object with a member \"queries\""
        case .query: "a query object"
        case .lineBreak: "a line break after each event"
        case .endOfBody: "nothing but white space from here on"
        case .digit: "a digit"
        case .endOfNumber: "the number to end here"
        }
    }
}
