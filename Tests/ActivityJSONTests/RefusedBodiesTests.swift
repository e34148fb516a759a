import ActivityJSON
import Testing

@Suite struct RefusedBodiesTests {
    @Test(arguments: [
        Refused("▼", .emptyBatch),
        Refused(" \n\t ▼", .emptyBatch),
        Refused("▼[]", .emptyBatch),
        Refused(" ▼[ ] ", .emptyBatch),
    ])
    func bodyWithoutEvents(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused("▼5", .notAnObject),
        Refused("▼\"kind\"", .notAnObject),
        Refused("▼null", .notAnObject),
        Refused("▼what", .invalidJSON),
        Refused("▼,", .invalidJSON),
        Refused(#"[▼5]"#, .notAnObject, index: 0),
        Refused(#"[▼[{"workspace_id":"w","kind":"k"}]]"#, .notAnObject, index: 0),
        Refused(#"[{"workspace_id":"w","kind":"k"},▼null]"#, .notAnObject, index: 1),
    ])
    func eventThatIsNoObject(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(#"[{"workspace_id":"w","kind":"k"}▼{"workspace_id":"w","kind":"k"}]"#, .invalidJSON),
        Refused(#"[{"workspace_id":"w","kind":"k"},▼]"#, .invalidJSON, index: 1),
        Refused(#"[▼,{"workspace_id":"w","kind":"k"}]"#, .invalidJSON, index: 0),
        Refused(#"[{"workspace_id":"w","kind":"k"},▼,{"workspace_id":"w","kind":"k"}]"#, .invalidJSON, index: 1),
        Refused(#"[{"workspace_id":"w","kind":"k"}▼"#, .invalidJSON),
        Refused(#"[{"workspace_id":"w","kind":"k"},▼"#, .invalidJSON, index: 1),
        Refused(#"[▼"#, .invalidJSON, index: 0),
        Refused(#"[{"workspace_id":"w","kind":"k"}▼}"#, .invalidJSON),
        Refused(#"[{"workspace_id":"w","kind":"k"}]▼]"#, .invalidJSON),
        Refused(#"{"workspace_id":"w","kind":"k"}▼}"#, .invalidJSON),
        Refused(#"{"workspace_id":"w","kind":"k"} ▼{"workspace_id":"w","kind":"k"}"#, .invalidJSON),
        Refused(#"{"workspace_id":"w","kind":"k"}▼x"#, .invalidJSON),
        Refused(#"▼]"#, .invalidJSON),
    ])
    func batchThatIsNotWellFormed(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused("▼{}", .missingWorkspaceID),
        Refused(#"▼{"kind":"k"}"#, .missingWorkspaceID),
        Refused(#"  ▼{"workspace_id":"w"}"#, .missingKind),
        Refused(#"▼{"workspace_id":"w","payload":{"kind":"k"}}"#, .missingKind),
        Refused(#"[{"workspace_id":"w","kind":"k"},▼{"workspace_id":"w"}]"#, .missingKind, index: 1),
    ])
    func eventWithoutARequiredMember(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(#"{"workspace_id":"w","kind":"k",▼"x":1}"#, .unknownMember),
        Refused(#"{▼"Kind":"k"}"#, .unknownMember),
        Refused(#"{▼"":"k"}"#, .unknownMember),
        Refused(#"{▼"kin\u0064s":"k"}"#, .unknownMember),
        Refused(#"{▼"kind\u0000":"k"}"#, .unknownMember),
        Refused(#"[{"workspace_id":"w","kind":"k"}, {▼"id":1}]"#, .unknownMember, index: 1),
    ])
    func unknownMember(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(#"{"kind":"k",▼"kind":"k"}"#, .duplicateMember),
        Refused(#"{"payload":{},"kind":"k", ▼"p\u0061yload":{}}"#, .duplicateMember),
        Refused(#"{"workspace_id":"w",▼"workspace_id":"w"}"#, .duplicateMember),
    ])
    func duplicateMember(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(#"{"workspace_id":▼1,"kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼null,"kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼["w"],"kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼"","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼".","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼"..","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼"\u002e\u002e","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"a▼ b","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"a▼/b","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"a▼\/b","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"\u0061▼\u0000","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"w▼é","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":"w\u0077▼é","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"{"workspace_id":▼"\#(String(repeating: "w", count: 129))","kind":"k"}"#, .invalidWorkspaceID),
        Refused(#"[{"workspace_id":"w","kind":"k"},{"workspace_id":▼"","kind":"k"}]"#, .invalidWorkspaceID, index: 1),
    ])
    func invalidWorkspaceID(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(#"{"kind":▼1}"#, .invalidKind),
        Refused(#"{"kind":▼true}"#, .invalidKind),
        Refused(#"{"kind":▼{}}"#, .invalidKind),
        Refused(#"{"kind":▼tru}"#, .invalidJSON),
        Refused(#"{"kind":▼null}"#, .invalidKind),
        Refused(#"{"kind":-▼}"#, .invalidJSON),
        Refused(#"{"kind":▼}"#, .invalidJSON),
        Refused(#"{"kind":▼""}"#, .emptyKind),
        Refused(#"{"kind":▼"\#(String(repeating: "k", count: 129))"}"#, .invalidKind),
        Refused(#"{"kind":▼"\#(String(repeating: "é", count: 64))k"}"#, .invalidKind),
        Refused(#"{"kind":▼"\#(String(repeating: #"\u00e9"#, count: 64))k"}"#, .invalidKind),
        Refused(#"{"kind":"a▼\nb"}"#, .invalidKind),
        Refused(#"{"kind":"é▼\u001F"}"#, .invalidKind),
        Refused("{\"kind\":\"a▼\u{7F}\"}", .invalidKind),
        Refused("{\"kind\":\"a\u{A0}▼\u{80}\"}", .invalidKind),
        Refused("{\"kind\":\"\\u0061▼\u{9F}\"}", .invalidKind),
        Refused(#"{"kind":"▼\u0085"}"#, .invalidKind),
    ])
    func invalidKind(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: ["[]", #""{}""#, "1", "true"])
    func payloadThatIsNoObject(value: String) {
        Refused(#"{"payload":▼\#(value)}"#, .payloadNotObject).check()
    }

    @Test(arguments: [
        Refused(#"{▼"workspace_id":"w","kind":"k"}"#, .unknownMember),
        Refused(#"{▼"other":"w","kind":"k"}"#, .unknownMember),
        Refused(#"▼{"payload":{}}"#, .missingKind),
    ])
    func eventOfAFixedWorkspace(_ refused: Refused) {
        refused.check(workspace: .fixed)
    }

    @Test(arguments: [
        Refused("▼", .emptyBatch),
        Refused("\r\n\n \n▼", .emptyBatch),
        Refused("▼[]", .notAnObject, index: 0),
        Refused(#"▼[{"workspace_id":"w","kind":"k"}]"#, .notAnObject, index: 0),
        Refused(#"{"workspace_id":"w","kind":"k"} ▼{"workspace_id":"w","kind":"k"}"#, .invalidJSON),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\r▼{\"workspace_id\":\"w\",\"kind\":\"k\"}", .invalidJSON),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}▼,\n", .invalidJSON),
        Refused("{\"workspace_id\":\"w\",▼\n\"kind\":\"k\"}", .invalidJSON, index: 0),
        Refused(
            "{\"workspace_id\":\"w\",\"kind\":\"k\"▼\n{\"workspace_id\":\"w\",\"kind\":\"k\"}", .invalidJSON, index: 0),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\n{\"workspace_id\":\"w\"▼", .invalidJSON, index: 1),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\n{\"workspace_id\":\"w\"▼\n", .invalidJSON, index: 1),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\n{\"workspace_id\":\"w▼\n\"}", .invalidJSON, index: 1),
        Refused(
            "{\"workspace_id\":\"w\",\"kind\":\"k\"}\n\n{\"workspace_id\":\"w\",\"kind\":▼7}\n", .invalidKind, index: 1),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\n▼null\n", .notAnObject, index: 1),
        Refused("{\"workspace_id\":\"w\",\"kind\":\"k\"}\n▼what\n", .invalidJSON, index: 1),
    ])
    func linesThatAreNotOneEventEach(_ refused: Refused) {
        refused.check(.ndjson)
    }

    @Test(arguments: [EventFormat.json, .ndjson])
    func byteOrderMarkIsRefusedByName(format: EventFormat) throws {
        let error = try #require(refusal("\u{FEFF}{\"workspace_id\":\"w\",\"kind\":\"k\"}", format))
        #expect(error.code == .invalidJSON)
        #expect(error.offset == 0)
        #expect(error.detail.contains("byte order mark"))
    }

    @Test(arguments: [(6, true), (5, false)])
    func sizeOfAnEventIsThatOfKindAndPayloadAsStored(limit: Int, isAccepted: Bool) {
        let error = refusal(
            #"[{"workspace_id":"wwwwwwww", "kind":"k", "payload":{ "":1 , "":2 }}]"#, maxEventBytes: limit + 6)
        #expect((error == nil) == isAccepted)
        if let error {
            #expect(error.code == .eventTooLarge)
            #expect(error.offset == 1)
            #expect(error.index == 0)
        }
    }

    @Test func refusedBatchLeavesNoEvents() {
        var parser = EventParser()
        let body = Array(#"[{"workspace_id":"w","kind":"k"},{"workspace_id":"w"}]"#.utf8)
        #expect(throws: BodySyntaxError.self) { try parsed(body, with: &parser) }
        let isEmpty = parser.events.isEmpty && parser.bytes.isEmpty && !parser.isBatch
        #expect(isEmpty)
    }
}
