import ActivityJSON
import Testing

@Suite struct RefusedFeedTests {
    @Test(arguments: [
        Refused("▼", .invalidJSON), Refused(" \n▼", .invalidJSON), Refused("▼what", .invalidJSON),
        Refused("▼,", .invalidJSON), Refused("{▼", .invalidJSON), Refused("{▼1", .invalidJSON),
        Refused("▼{}", .missingQueries), Refused(" ▼{ }", .missingQueries),
        Refused("▼[]", .notAnObject), Refused("▼5", .notAnObject), Refused("▼null", .notAnObject),
        Refused(#"▼"queries""#, .notAnObject), Refused(#"▼[{"workspace_id":"a"}]"#, .notAnObject),
        Refused(#"{▼"waits":5}"#, .unknownMember), Refused(#"{▼"Queries":[]}"#, .unknownMember),
        Refused(#"{▼"querie\u0073x":[]}"#, .unknownMember), Refused(#"{▼"":[]}"#, .unknownMember),
        Refused(#"{"queries":[{"workspace_id":"a"}],▼"waits":1}"#, .unknownMember),
        Refused(#"{"queries":[{"workspace_id":"a"}],▼"queries":[{"workspace_id":"a"}]}"#, .duplicateMember),
        Refused(#"{"queries":[{"workspace_id":"a"}],▼"querie\u0073":[]}"#, .duplicateMember),
        Refused(#"{"queries"▼}"#, .invalidJSON), Refused(#"{"queries":▼}"#, .invalidJSON),
        Refused(#"{"queries":▼{}}"#, .missingQueries), Refused(#"{"queries":▼null}"#, .missingQueries),
        Refused(#"{"queries":▼nul}"#, .invalidJSON), Refused(#"{"queries":▼"[]"}"#, .missingQueries),
        Refused(#"{"queries":▼[]}"#, .missingQueries), Refused(#"{"queries":▼[ ]}"#, .missingQueries),
        Refused(#"{"queries":[{"workspace_id":"a"}]▼"#, .invalidJSON),
        Refused(#"{"queries":[{"workspace_id":"a"}]▼]"#, .invalidJSON),
        Refused(#"{"queries":[{"workspace_id":"a"}],▼}"#, .invalidJSON),
        Refused(#"{"queries":[{"workspace_id":"a"}]}▼}"#, .invalidJSON),
        Refused(#"{"queries":[{"workspace_id":"a"}]} ▼{}"#, .invalidJSON),
        Refused("▼\u{FEFF}{\"queries\":[{\"workspace_id\":\"a\"}]}", .invalidJSON),
    ])
    func aBodyThatIsNoListOfQueries(_ refused: Refused) {
        refused.checkFeed()
    }

    @Test(arguments: [
        Refused(#"▼5"#, .notAnObject, index: 0),
        Refused(#"▼"a""#, .notAnObject, index: 0), Refused(#"▼[]"#, .notAnObject, index: 0),
        Refused(#"▼,{"workspace_id":"a"}"#, .invalidJSON, index: 0),
        Refused(#"{"workspace_id":"a"}▼{"workspace_id":"a"}"#, .invalidJSON),
        Refused(#"{"workspace_id":"a"},▼]"#, .invalidJSON, index: 1),
        Refused(#"{"workspace_id":"a"},▼null"#, .notAnObject, index: 1),
        Refused(#"{"workspace_id":"a"},▼nil"#, .invalidJSON, index: 1),
        Refused(#"▼{}"#, .missingWorkspaceID, index: 0), Refused(#"▼{"since":1}"#, .missingWorkspaceID, index: 0),
        Refused(#"{"workspace_id":"a"},▼{"limit":1}"#, .missingWorkspaceID, index: 1),
        Refused(#"{▼"workspace":"a"}"#, .unknownMember, index: 0),
        Refused(#"{"workspace_id":"a",▼"before":1}"#, .unknownMember, index: 0),
        Refused(#"{"workspace_id":"a",▼"waits":1}"#, .unknownMember, index: 0),
        Refused(#"{"workspace_id":"a",▼"x" 1}"#, .unknownMember, index: 0),
        Refused(#"{"workspace_id":"a",▼"workspace_id":"a"}"#, .duplicateMember, index: 0),
        Refused(#"{"since":1,▼"s\u0069nce":1}"#, .duplicateMember, index: 0),
        Refused(#"{"workspace_id"▼,"since":1}"#, .invalidJSON, index: 0),
        Refused(#"{"workspace_id":"a" ▼"since":1}"#, .invalidJSON, index: 0),
        Refused(#"{"workspace_id":"a",▼}"#, .invalidJSON, index: 0),
        Refused(#"{▼workspace_id:"a"}"#, .invalidJSON, index: 0),
        Refused(#"{"workspace_id":"▼\x"}"#, .invalidJSON, index: 0),
        Refused(#"{"workspace_id":"a▼\ud800"}"#, .invalidJSON, index: 0),
        Refused("{\"workspace_id\":\"a▼\u{1}\"}", .invalidJSON, index: 0),
        Refused(#"{"workspace_id":▼1}"#, .invalidWorkspaceID, index: 0),
        Refused(#"{"workspace_id":▼null}"#, .invalidWorkspaceID, index: 0),
        Refused(#"{"workspace_id":▼["a"]}"#, .invalidWorkspaceID, index: 0),
        Refused(#"{"since":▼null}"#, .invalidParameter, index: 0),
        Refused(#"{"since":▼true}"#, .invalidParameter, index: 0),
        Refused(#"{"since":▼{}}"#, .invalidParameter, index: 0),
        Refused(#"{"since":0▼1}"#, .invalidJSON, index: 0), Refused(#"{"since":-▼}"#, .invalidJSON, index: 0),
        Refused(#"{"since":▼}"#, .invalidJSON, index: 0), Refused(#"{"since":▼trui}"#, .invalidJSON, index: 0),
        Refused(#"{"limit":▼"5"}"#, .invalidParameter, index: 0),
        Refused(#"{"limit":▼null}"#, .invalidParameter, index: 0),
        Refused(#"{"limit":▼[5]}"#, .invalidParameter, index: 0),
        Refused(#"{"limit":5▼x}"#, .invalidJSON, index: 0),
        Refused(#"{"kind":▼["a"]}"#, .invalidParameter, index: 0),
        Refused(#"{"kind":▼1}"#, .invalidParameter, index: 0),
        Refused(#"{"kind":"▼\u12"}"#, .invalidJSON, index: 0),
    ])
    func aQueryThatIsNone(_ refused: Refused) {
        refused.inside("{\"queries\":[", "]}").checkFeed()
    }

    @Test func malformedUTF8IsPlaced() {
        let start = Array(#"{"queries":[{"workspace_id":"a"#.utf8)
        Refused(bytes: start + [0xFF] + Array("\"}]}".utf8), .invalidUTF8, at: start.count, index: 0).checkFeed()
    }

    @Test func theErrorSaysWhichQueryAndWhatWouldBeRight() throws {
        let error = try #require(feedRefusal(Array("{\"queries\":[{\"workspace_id\":\"a\"},\n{\"limt\":1}]}".utf8)))
        #expect(
            error.detail
                == "unknown member \"limt\" at byte 35 (line 2, column 2) in query 1 (counted from 0): "
                + "a query has the members workspace_id, since, limit and kind")
    }
}

extension Refused {
    /// The same refusal between two texts.
    func inside(_ prefix: String, _ suffix: String) -> Refused {
        Refused(
            bytes: Array(prefix.utf8) + body + Array(suffix.utf8), code, at: offset + prefix.utf8.count, index: index)
    }

    func checkFeed(sourceLocation: SourceLocation = #_sourceLocation) {
        let error = feedRefusal(body)
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.offset == offset, sourceLocation: sourceLocation)
        #expect(error?.index == index, sourceLocation: sourceLocation)
    }
}
