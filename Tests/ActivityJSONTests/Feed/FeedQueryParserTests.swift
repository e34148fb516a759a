import ActivityJSON
import ActivityLog
import TestSupport
import Testing

@Suite struct FeedQueryParserTests {
    private static let epoch = LogEpoch(rawValue: 0)

    @Test(arguments: [
        (#"{"workspace_id":"a"}"#, ReadQuery("a")),
        (#"{"workspace_id":"a","since":"7"}"#, ReadQuery("a", since: .id(7))),
        (#"{"since":7,"workspace_id":"a"}"#, ReadQuery("a", since: .id(7))),
        (#"{"workspace_id":"a","since":"aaaaaaaaaa-7"}"#, ReadQuery("a", since: .token(epoch, 7))),
        (#"{"workspace_id":"a","limit":0}"#, ReadQuery("a", limit: 0)),
        (#"{"workspace_id":"a","limit":1001}"#, ReadQuery("a", limit: 1001)),
        (#"{"workspace_id":"a","limit":10001}"#, ReadQuery("a", limit: 10_000)),
        (
            #"{"workspace_id":"a","kind":"tool.*,turn.started"}"#,
            ReadQuery("a", kinds: KindFilter("tool.*", "turn.started"))
        ),
        (#"{"workspace_id":"a","kind":"q\"q,\u00e9"}"#, ReadQuery("a", kinds: KindFilter("q\"q", "é"))),
        (
            #"{"workspace_id":"a","kind":"a%2Cb,glob.%2A"}"#, ReadQuery("a", kinds: KindFilter("glob.%2A", "a%2Cb"))
        ),
        (" {\t\"workspace_id\" :\n\"a\" , \"since\" : 0 , \"limit\" : 5 } ", ReadQuery("a", since: .id(0), limit: 5)),
        (#"{"work\u0073pace_id":"\u0061b","s\u0069nce":"\u0031"}"#, ReadQuery("ab", since: .id(1))),
    ])
    func membersSayWhatToAsk(query: String, expected: ReadQuery) throws {
        #expect(try feed("{\"queries\":[\(query)]}") == [expected])
    }

    @Test func queriesKeepTheirOrderAndMayRepeatAWorkspace() throws {
        let body = #" { "queries" : [ {"workspace_id":"b"}, {"workspace_id":"a"},{"workspace_id":"b","limit":1} ] } "#
        #expect(try feed(body) == [ReadQuery("b"), ReadQuery("a"), ReadQuery("b", limit: 1)])
        #expect(try feed(#"{"quer\u0069es":[{"workspace_id":"a"}]}"#) == [ReadQuery("a")])
    }

    @Test func theDefaultLimitIsWithinTheMost() throws {
        #expect(try feed(#"{"queries":[{"workspace_id":"a"}]}"#, mostEvents: 10) == [ReadQuery("a", limit: 10)])
    }

    @Test func twoHundredQueriesAreTheMost() throws {
        let query = #"{"workspace_id":"a"}"#
        let most = Array(repeating: query, count: 200).joined(separator: ",")
        #expect(try feed("{\"queries\":[\(most)]}").count == 200)
        Refused("{\"queries\":[\(most),▼\(query)]}", .tooManyQueries).checkFeed()
    }

    @Test(arguments: [
        (#"{"workspace_id":▼"a/b"}"#, ReadQuery("a/b", refusal: "invalid-workspace-id")),
        (#"{"workspace_id":▼""}"#, ReadQuery("", refusal: "invalid-workspace-id")),
        (#"{"workspace_id":▼"..","since":"x"}"#, ReadQuery("..", refusal: "invalid-workspace-id")),
        (#"{"workspace_id":▼"a\"\u00e9"}"#, ReadQuery(#"a\"\u00e9"#, refusal: "invalid-workspace-id")),
        (#"{"workspace_id":"a","since":▼"x"}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼""}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼"-1"}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼" 1"}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼-1}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼1.0}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼1e3}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","since":▼99999999999999999999}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","limit":▼-1}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","limit":▼1.5}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","kind":▼""}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","kind":▼"a,,b"}"#, ReadQuery("a", refusal: "invalid-parameter")),
        (#"{"workspace_id":"a","kind":▼"*a"}"#, ReadQuery("a", refusal: "invalid-parameter")),
    ])
    func aBadValueRefusesItsQueryAndNoOther(marked: String, expected: ReadQuery) throws {
        let refused = Refused(#"{"queries":[{"workspace_id":"z"},\#(marked),{"workspace_id":"y"}]}"#, .invalidJSON)
        var expected = expected
        expected.refusal = expected.refusal.map { "\($0) at \(refused.offset)" }
        #expect(try feed(refused.body) == [ReadQuery("z"), expected, ReadQuery("y")])
    }

    @Test func aRefusalOfOneQuerySaysWhichAndWhere() throws {
        var parser = FeedQueryParser(mostEvents: 10)
        let body = Array("{\"queries\":[{\"workspace_id\":\"z\"},\n{\"workspace_id\":\"a\",\"since\":\"?\"}]}".utf8)
        guard case .failure(let error) = try parser.parse(body.span).queries[1].question else {
            Issue.record("accepted")
            return
        }
        #expect(error.detail.hasPrefix("invalid since at byte 62 in query 1 (counted from 0): expected an event id"))
    }

    @Test func aListOfKindsHasAnEnd() throws {
        let most = Array(repeating: "k", count: KindFilter.mostPatterns).joined(separator: ",")
        #expect(try feed(#"{"queries":[{"workspace_id":"a","kind":"\#(most)"}]}"#).first?.refusal == nil)
        #expect(try feed(#"{"queries":[{"workspace_id":"a","kind":"\#(most),k"}]}"#).first?.refusal != nil)
    }

    @Test func theParserIsReusableAfterAnError() throws {
        var parser = FeedQueryParser(mostEvents: 10)
        let good = Array(#"{"queries":[{"workspace_id":"a"}]}"#.utf8)
        let bad = Array(good.dropLast())
        for _ in 0..<2 {
            #expect(try parser.parse(good.span).queries.map { ReadQuery($0) } == [ReadQuery("a", limit: 10)])
            #expect(throws: BodySyntaxError.self) { try parser.parse(bad.span) }
        }
    }
}
