import ActivityJSON
import Testing

/// What is told to the sender of what other languages and tools write in place of JSON.
@Suite struct ErrorTextTests {
    @Test(arguments: [
        "NaN", "-NaN", "nan", "Infinity", "-Infinity", "+Infinity", "inf", "-inf",
    ])
    func numbersThatAreNoneAreNamed(value: String) throws {
        for body in [
            #"{"workspace_id":"w","kind":"k","payload":{"a":\#(value)}}"#,
            #"{"workspace_id":"w","kind":"k","payload":{"a":[1, \#(value) ]}}"#,
            #"{"workspace_id":"w","kind":"k","payload":\#(value)}"#, #"{"kind":\#(value)}"#, #"[\#(value)]"#, value,
        ] {
            let error = try #require(refusal(body))
            #expect(error.code == .invalidJSON)
            let start = try #require(body.utf8.indices.first { body[$0...].hasPrefix(value) })
            #expect(error.offset == body.utf8.distance(from: body.startIndex, to: start), "\(body)")
            #expect(error.detail.hasPrefix("literal \"\(value)\" at byte \(error.offset)"), "\(error.detail)")
            #expect(error.detail.contains("allow_nan=False"))
        }
    }

    @Test(arguments: ["None", "True", "False", "TRUE", "Null", "nil", "undefined"])
    func literalsOfOtherLanguagesAreNamed(value: String) throws {
        let body = #"{"workspace_id":"w","kind":"k","payload":{"a":\#(value)}}"#
        let error = try #require(refusal(body))
        #expect(error.code == .invalidJSON)
        #expect(
            error.detail == "literal \"\(value)\" at byte 46: expected true, false or null in lower case "
                + "(json.dumps of Python writes them, str does not)")
    }

    @Test func numbersThatAreNoneAreNamedInFeedsToo() {
        #expect(feedRefusal(Array(#"{"wait":NaN}"#.utf8))?.detail.hasPrefix("literal \"NaN\" at byte 8") == true)
    }

    @Test(arguments: ["nann", "Nan1", "infinit", "true1", "-Infinityy", "Nones"])
    func otherWordsAreNoLiteralsOfOtherLanguages(value: String) throws {
        let error = try #require(refusal(#"{"workspace_id":"w","kind":"k","payload":{"a":\#(value)}}"#))
        #expect(!error.detail.contains("Python"))
    }

    @Test(arguments: [
        (
            "{\"workspace_id\":\"w\",\"kind\":\"k\"}\n{\"workspace_id\":\"w\",\"kind\":\"k\"}\n", EventFormat.json, 32,
            "application/x-ndjson"
        ),
        (#"{"workspace_id":"w","kind":"k"} {"workspace_id":"w","kind":"k"}"#, .json, 32, "application/x-ndjson"),
        (#"[{"workspace_id":"w","kind":"k"}]"#, .ndjson, 0, "application/json"),
        ("workspace_id=w&kind=k", .json, 0, #"expected JSON, such as {"workspace_id""#),
        ("payload=%7B%22kind%22%3A1%7D", .ndjson, 0, "expected JSON"),
        ("%7B%22workspace_id%22%3A%22w%22%7D", .json, 0, "expected JSON"),
        (
            "--boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--boundary--", .json, 0,
            "expected JSON"
        ),
    ])
    func aBodyOfAnotherTypeIsToldItsType(body: String, format: EventFormat, offset: Int, text: String) throws {
        let error = try #require(refusal(body, format))
        #expect(error.offset == offset)
        #expect(error.detail.contains(text), "\(error.detail)")
    }

    @Test func aCompressedBodyIsNamed() throws {
        let error = try #require(refusal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]))
        #expect(error.code == .invalidJSON)
        #expect(error.detail.contains("Content-Encoding: gzip"))
    }
}
