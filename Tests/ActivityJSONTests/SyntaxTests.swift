import ActivityJSON
import Testing

/// The grammar of RFC 8259 at work inside a payload; `valid` and `refused` are what JSONTestSuite calls y_ and n_.
@Suite struct SyntaxTests {
    /// The payload `{"v":…}` around a value.
    private static func body(_ value: String) -> String {
        #"{"workspace_id":"w","kind":"k","payload":{"v":\#(value)}}"#
    }

    @Test(arguments: [
        "0", "-0", "-1", "10", "1.10", "-0.0", "0e1", "0E+1", "1e-2", "1E400", "-1e-999999999",
        "123456789012345678901234567890",
        "0.00000000000000000000000000000000000000000000000000000000000000001", "1.7976931348623157e309", "20e1",
        "123.456e78",
        "true", "false", "null",
        #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\u12aB""#, #""\uFFFF\uFFFE""#, #""\ud801\udc37""#,
        #""\uDBFF\uDFFF""#, #""\\u000""#, #""\\\\""#, #""\\\"""#, "\"\u{7F}\"", "\"\u{FEFF}\"",
        "\"é\u{20AC}\u{10FFFD}\"", #""/*""#, #""{[,:]}""#, #""asd ""#,
        "[]", "{}", "[[]]", "[{}]", "[1,null,true,\"\",[],{}]", #"{"":0}"#, #"{"a":1,"a":2}"#, #"{"a":{"a":{}}}"#,
        #"{"a\u0000b":[]}"#, #"{"z":1,"a":2}"#,
    ])
    func validValueIsKeptByteForByte(value: String) throws {
        #expect(try parsed(Self.body(value)).map(\.payload) == [#"{"v":\#(value)}"#])
    }

    @Test(arguments: [
        (
            "{ \"v\"\t:\r\n1 , \"w\" : [ 1 ,\t2 ,\n[ ] , { } ] , \"x y\" : \" \\n \" }",
            #"{"v":1,"w":[1,2,[],{}],"x y":" \n "}"#
        ),
        ("{\n}", "{}"),
        ("{\"a\":1                                                                                 }", #"{"a":1}"#),
        ("{\"a\":\"  {  [  ,  :  ]  }  \"  }", #"{"a":"  {  [  ,  :  ]  }  "}"#),
        ("{\"\\\\\" : \"\\\" \\\\\" , \"b\":0}", #"{"\\":"\" \\","b":0}"#),
    ])
    func insignificantWhiteSpaceIsLeftOut(payload: String, kept: String) throws {
        #expect(try parsed(#"{"workspace_id":"w","kind":"k","payload":\#(payload)}"#).map(\.payload) == [kept])
    }

    @Test(arguments: [
        // Numbers.
        "0▼1", "-0▼1", "1.▼", "1.▼e5", "▼.5", "-▼.5", "▼+1", "1e▼", "1e+▼", "1E-▼", "-▼", "-▼-1", "0▼x1", "1▼x",
        "1▼_000",
        "1.2▼.3", "1e5▼.0", "1e1▼e1", "0▼0", "0e▼", "▼-Infinity", "▼Infinity", "▼NaN", "▼nan", "1▼\u{A0}", "▼１",
        "1 ▼2", "0.▼ 1",
        "-▼ 1", "1▼-", "1▼+1",
        // Literals.
        "▼tru", "▼True", "▼truex", "▼nul", "▼nulll", "▼false_", "▼undefined", "▼'a'", "▼a", "▼t", "true ▼false",
        // Strings.
        #""▼\x00""#, #""▼\a""#, #""▼\'""#, #""▼\U0041""#, #""▼\u""#, #""▼\u12""#, #""▼\u123""#, #""▼\u123g""#,
        #""▼\u 123""#,
        #""▼\u+123""#, #""\uD800▼\u""#, #""\\▼\é""#, "\"▼\\\u{2028}\"", "\"a▼\u{0}\"", "\"a▼\nb\"",
        "\"a▼\tb\"", "\"\\▼\n\"", "\"a▼\u{1F}\"", #""a" ▼"b""#, #""a"▼b"#, #""a"▼1"#, "▼\u{1}", "▼\u{C}", "1▼\u{C}",
        "▼\u{1A}", "1▼\u{0}",
        // Structure.
        "▼", "[▼", "[1▼", "[1,▼", "[▼,]", "[1,▼]", "[1,▼,2]", "[▼,1]", "[1 ▼2]", "[1▼:2]", "[1▼}", "[[]▼", "[▼\\]",
        "{▼,}",
        #"{"a"▼}"#, #"{"a":▼}"#, #"{"a":1,▼}"#, #"{"a":1,▼,"b":2}"#, #"{"a" ▼"b"}"#, #"{"a":1 ▼"b":2}"#, #"{"a"▼,"b"}"#,
        #"{"a":▼:1}"#, "{▼1:1}", "{▼a:1}", "{▼null:1}", "{▼[]:1}", "{▼'a':1}", #"{"a":1▼]"#, #"{"a":[▼}"#, "▼/**/1",
        "1▼//x", "1 ▼# x",
        #"{"a":▼/"#, "1▼;", "▼<null>", "[▼*]", "1▼]",
    ])
    func brokenValueIsRefusedAtItsFirstBadByte(marked: String) throws {
        // A few of these end a number where the closing brace of the payload stands, or leave no value at all.
        Refused(Self.body(marked), .invalidJSON).check()
    }
}
