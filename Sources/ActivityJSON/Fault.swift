/// What is wrong with a body and where: what the readers throw. Cheap, unlike the ``BodySyntaxError`` made of it.
struct Fault: Error, Equatable {
    /// What is wrong.
    let problem: BodyDefect
    /// Offset in the body of the first byte that cannot stay.
    let offset: Int

    init(_ problem: BodyDefect, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }
}

/// All that can be wrong with a body of events or of feed queries.
enum BodyDefect: Equatable {
    case unexpected(Expected)
    case badLiteral
    case notFinite
    case foreignLiteral
    case badEscape
    case loneSurrogate
    case controlCharacter
    case unclosedString
    case byteOrderMark
    case lineBreakInsideEvent
    case secondEvent
    case arrayInLines
    case formBody
    case compressedBody
    case malformedUTF8
    case noEvents
    case eventNotObject
    case unknownMember(workspace: WorkspaceSource)
    case workspaceFixedByRequest
    case duplicateMember
    case workspaceMissing
    case workspaceNotString
    case workspaceInvalid
    case kindMissing
    case kindNotString
    case kindEmpty
    case kindTooLong
    case kindControlCharacter
    case payloadNotObject
    case tooDeep
    case eventTooLarge(bytes: Int, limit: Int)
    case bodyTooLarge
    case feedNotObject
    case unknownFeedMember
    case queriesMissing
    case queriesNotArray
    case noQueries
    case tooManyQueries
    case queryNotObject
    case unknownQueryMember
    case queryWithoutWorkspace
    case sinceNotCursor
    /// `since` is a number that looks like a time in milliseconds.
    case sinceIsTime
    case limitNotInteger
    case kindsNotString
    case kindsMalformed
    case waitNotSeconds
}

/// What the grammar allows at a place.
enum Expected: Equatable {
    case memberName
    case memberNameOrBrace
    case colon
    case commaOrBrace
    case commaOrBracket
    case value
    case event
    case eventOrEvents
    case feed
    case query
    case lineBreak
    case endOfBody
    case digit
    case endOfNumber
}
