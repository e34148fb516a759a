import Testing

@testable import ActivityConfig

/// The tree that is made of libyaml's events.
@Suite(.timeLimit(.minutes(1))) struct YAMLParserTests {
    /// A tree as text, which walks through all of it: for small ones.
    private func outline(_ node: YAMLNode?) -> String {
        switch node?.content {
        case nil: "nothing"
        case .scalar(let scalar): "\(scalar.style == .plain ? "" : "\(scalar.style) ")\(scalar.text)"
        case .sequence(let nodes): "[" + nodes.map(outline).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(outline($0.key)): \(outline($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    @Test(arguments: [
        ("", "nothing"), ("# nothing\n", "nothing"), ("---\n", ""), ("a", "a"),
        ("[a, 'b', \"\\x63\", ~]", "[a, singleQuoted b, doubleQuoted c, ~]"),
        ("x: |\n  a\n  b\ny: >\n  c\n  d\n", "{x: literal a\nb\n, y: folded c d\n}"),
        ("- {a: 1, b: [2]}\n- \n", "[{a: 1, b: [2]}, ]"),
        ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{a: 1, b: 1, c: 2, d: 2}"),
        ("? [a, b]\n: c\n? {d: e}\n: f\n", "{[a, b]: c, {d: e}: f}"),
    ])
    func aTextBecomesATree(_ text: String, _ tree: String) throws {
        #expect(outline(try YAMLParser.parse(text)) == tree)
    }

    @Test func aNodeKnowsItsPlaceInScalars() throws {
        let root = try #require(try YAMLParser.parse("# é\nä: [1,\n  ö]\n"))
        guard case .mapping(let entries) = root.content, case .sequence(let nodes)? = entries.first?.value.content
        else { throw YAMLError.outOfMemory }
        #expect(entries.first?.key.mark == YAMLMark(line: 2, column: 1))
        #expect(nodes.map(\.mark) == [YAMLMark(line: 2, column: 5), YAMLMark(line: 3, column: 3)])
    }

    @Test(arguments: [
        // In braces over two lines, in a list, quoted, and where the alias of a key stands.
        ("server: {workers: 1,\n  'workers': 2}", 1, 10, 2, 3),
        ("- a: 1\n  b: 2\n  a: 3", 1, 3, 3, 3),
        ("\"a\": 1\n? a\n: 2", 1, 1, 2, 3),
        ("x: &k a\na: 1\n*k : 2", 2, 1, 3, 1),
    ])
    func aSecondKeyIsRefusedWithBothPlaces(_ text: String, _ l1: Int, _ c1: Int, _ l2: Int, _ c2: Int) {
        let name = text.contains("workers") ? "workers" : "a"
        let (first, second) = (YAMLMark(line: l1, column: c1), YAMLMark(line: l2, column: c2))
        #expect(throws: YAMLError.duplicateKey(name, first: first, second: second)) { try YAMLParser.parse(text) }
    }

    @Test func theSameKeyInAnotherMapIsNoSecondOne() throws {
        #expect(outline(try YAMLParser.parse("{a: {a: {a: 1}}, b: [{a: 1}, {a: 2}]}")).hasPrefix("{a: {a:"))
    }

    @Test(arguments: ["a: &a [*a]", "&a {b: *a}", "&a {*a : b}", "- *a\n- &a x"])
    func anAliasIntoItselfOrBeforeItsAnchorIsRefused(_ text: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(text) }
        guard case .undefinedAlias = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [", ", ": "])
    func aliasesThatMultiplyCostNothingAlsoAsKeys(_ separator: String) throws {
        // Three to the power of a hundred, as lists and as keys of maps.
        let levels = (1..<100).map { level in
            let alias = "*a\(level - 1) "
            return separator == ", "
                ? "- &a\(level) [\(alias), \(alias), \(alias)]" : "- &a\(level) {? \(alias): x, ? [\(alias)] : y}"
        }
        let root = try YAMLParser.parse((["- &a0 [x]"] + levels).joined(separator: "\n"))
        #expect((root?.height ?? 0) > 100)
    }

    @Test(arguments: ["[", "{? "])
    func aliasesThatNestTooDeepAreRefused(_ opening: String) {
        let closing = opening == "[" ? "]" : ": x}"
        let levels = (1..<60_000).map { "- &a\($0) \(opening)*a\($0 - 1) \(closing)" }
        let text = (["- &a0 x"] + levels).joined(separator: "\n")
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(text) }
        guard case .tooDeep = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func theDeepestTreeIsRead() throws {
        let deepest = YAMLParser.maxHeight
        let text = String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest)
        #expect(try YAMLParser.parse(text)?.height == deepest)
        #expect(throws: YAMLError.self) { try YAMLParser.parse("[\(text)]") }
    }

    @Test func manySmallNodesAreRead() throws {
        let root = try YAMLParser.parse(String(repeating: "- &a x\n", count: 100_000))
        guard case .sequence(let nodes)? = root?.content else { throw YAMLError.outOfMemory }
        #expect(nodes.count == 100_000)
    }

    @Test func whatLibyamlRefusesHasItsWordsAndPlaces() {
        #expect(
            throws: YAMLError.syntax(
                problem: "did not find expected ',' or ']'",
                context: YAMLError.Context(text: "while parsing a flow sequence", line: 1),
                at: YAMLMark(line: 2, column: 2))
        ) { try YAMLParser.parse("[a, b\nc: d: e") }
    }
}
