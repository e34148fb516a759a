import ActivityJSON
import TestSupport
import Testing

/// A batch with what is wrong with it: `▼` stands in its text before each byte that is blamed. `✓` is a good event.
struct LenientBatch: Sendable, CustomTestStringConvertible {
    static let good = #"{"workspace_id":"w","kind":"k"}"#

    let body: [UInt8]
    let kept: Int
    private let offsets: [Int]
    private let refusals: [(index: Int, code: BodySyntaxError.Code)]

    init(_ marked: String, kept: Int, _ refusals: (index: Int, code: BodySyntaxError.Code)...) {
        let pieces = marked.replacing("✓", with: Self.good).split(separator: "▼", omittingEmptySubsequences: false)
        body = pieces.flatMap { Array($0.utf8) }
        var offsets: [Int] = []
        for piece in pieces.dropLast() { offsets.append((offsets.last ?? 0) + piece.utf8.count) }
        self.offsets = offsets
        self.kept = kept
        self.refusals = refusals
    }

    var testDescription: String { String(decoding: body.prefix(100), as: UTF8.self) }

    func check(_ format: EventFormat, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var parser = EventParser()
        let events = try parsed(body, format, handling: .lenient, with: &parser)
        #expect(events.count == kept, sourceLocation: sourceLocation)
        let isBatch = parser.isBatch
        #expect(isBatch, sourceLocation: sourceLocation)
        let told = parser.refusals.listed
        #expect(told.map(\.offset) == offsets, sourceLocation: sourceLocation)
        #expect(told.map(\.code) == refusals.map(\.code), sourceLocation: sourceLocation)
        #expect(told.map(\.index) == refusals.map(\.index), sourceLocation: sourceLocation)
        #expect(parser.refusals.unlisted == 0, sourceLocation: sourceLocation)
    }
}

/// Batches of which the good events are kept and the bad ones told.
@Suite struct LenientTests {
    @Test(arguments: [
        LenientBatch("✓\n✓", kept: 2),
        LenientBatch("", kept: 0),
        LenientBatch("\n \r\n", kept: 0),
        LenientBatch("✓\n▼what\n✓\n", kept: 2, (1, .invalidJSON)),
        LenientBatch("\n{\"workspace_id\":\"w\",\"kind\":▼\"\"}\n\n✓\n", kept: 1, (0, .emptyKind)),
        // A quote too many would shift every string after it.
        LenientBatch("✓\n{\"workspace_id\":\"w\",\"kind\":▼\"k}\n✓\n", kept: 2, (1, .invalidJSON)),
        LenientBatch("{\"workspace_id\":\"w\",▼\n▼\"kind\":\"k\"}\n✓", kept: 1, (0, .invalidJSON), (1, .notAnObject)),
        LenientBatch(
            "▼{\"kind\":\"k\"}\r\n▼{\"workspace_id\":\"w\"}", kept: 0, (0, .missingWorkspaceID), (1, .missingKind)),
        LenientBatch("✓▼✓\n✓", kept: 1, (0, .invalidJSON)),
        LenientBatch("▼\u{FEFF}✓\n✓\n", kept: 1, (0, .invalidJSON)),
        LenientBatch("▼[✓]\n✓▼,\n", kept: 0, (0, .notAnObject), (1, .invalidJSON)),
    ])
    func aBadLineTakesNoOtherAlong(_ batch: LenientBatch) throws {
        try batch.check(.ndjson)
    }

    @Test(arguments: [
        LenientBatch("[]", kept: 0),
        LenientBatch(" [ ] \n", kept: 0),
        LenientBatch("[✓,✓]", kept: 2),
        LenientBatch("[✓, ▼{} ,✓]", kept: 2, (1, .missingWorkspaceID)),
        LenientBatch("[▼null,✓,▼5,▼\"],\",✓]", kept: 2, (0, .notAnObject), (2, .notAnObject), (3, .notAnObject)),
        LenientBatch(
            "[✓,{\"workspace_id\":\"w\",\"kind\":\"k\",\"payload\":{\"a\":[1,▼NaN]}},✓]", kept: 2, (1, .invalidJSON)),
        LenientBatch("[{\"workspace_id\":\"w\",\"kind\":\"a▼\nb\"},✓]", kept: 1, (0, .invalidJSON)),
        LenientBatch("[{\"workspace_id\":\"w\",\"kind\":\"a\\\"▼\u{1}]\"},✓]", kept: 1, (0, .invalidJSON)),
        LenientBatch("[{\"workspace_id\":\"w\",\"kind\":\"k\"▼]},✓]", kept: 1, (0, .invalidJSON)),
        LenientBatch("[✓ ▼✓,✓]", kept: 1, (0, .invalidJSON)),
        LenientBatch("[▼,✓,▼]", kept: 1, (0, .invalidJSON), (2, .invalidJSON)),
        LenientBatch("[✓▼", kept: 1, (1, .invalidJSON)),
        LenientBatch("[✓,▼", kept: 1, (1, .invalidJSON)),
        LenientBatch("[▼", kept: 0, (0, .invalidJSON)),
        LenientBatch("[✓,{\"workspace_id\":\"w\",\"kind\":▼\"k", kept: 1, (1, .invalidJSON)),
        LenientBatch("[✓,{\"workspace_id\":\"w\",\"kind\":\"k\"▼", kept: 1, (1, .invalidJSON)),
        LenientBatch("[✓]▼]", kept: 1, (1, .invalidJSON)),
        LenientBatch("[✓]\n▼✓", kept: 1, (1, .invalidJSON)),
    ])
    func aBadElementTakesNoOtherAlong(_ batch: LenientBatch) throws {
        try batch.check(.json)
    }

    @Test(arguments: ["", " ", "{}", #"{"workspace_id":"w"}"#, "null", "what", "\u{FEFF}[]", "\u{1}"])
    func whatIsNoBatchIsRefusedWhole(body: String) {
        #expect(refusal(body, handling: .lenient) == refusal(body))
        #expect(refusal(body) != nil)
    }

    @Test func malformedUTF8IsTheFaultOfItsEventOnly() throws {
        let good = Array(LenientBatch.good.utf8)
        let start = Array(#"{"workspace_id":"w","kind":"k"#.utf8)
        let bad = start + [0xFF] + Array(#""}"#.utf8)
        var parser = EventParser()
        let array = Array("[".utf8) + good + Array(",".utf8) + bad + Array(",".utf8) + good + Array("]".utf8)
        #expect(try parsed(array, handling: .lenient, with: &parser).count == 2)
        #expect(parser.refusals.listed.map(\.code) == [.invalidUTF8])
        #expect(parser.refusals.listed.map(\.offset) == [1 + good.count + 1 + start.count])
        let lines = good + [0x0A] + bad + [0x0A] + good
        #expect(try parsed(lines, .ndjson, handling: .lenient, with: &parser).count == 2)
        #expect(parser.refusals.listed.map(\.code) == [.invalidUTF8])
    }

    @Test func theDetailOfEachSaysWhereItIs() throws {
        var parser = EventParser()
        let body = "\(LenientBatch.good)\nwhat\n\(LenientBatch.good)\n  {\"é\": 1}\n"
        _ = try parsed(Array(body.utf8), .ndjson, handling: .lenient, with: &parser)
        #expect(
            parser.refusals.listed.map(\.detail) == [
                "unexpected 'w' at byte 32 (line 2, column 1) in event 1 (counted from 0): expected an event object",
                "unknown member \"é\" at byte 72 (line 4, column 4) in event 3 (counted from 0): "
                    + "an event has the members workspace_id, kind and payload",
            ])
    }

    @Test func repairsOfWhatIsLeftOutDoNotCount() throws {
        var parser = EventParser()
        let body = """
            {"workspace_id":"w","kind":"k","payload":{"a":"\\ud83d"}}
            {"workspace_id":"w","payload":{"a":"\\ud83d"}}
            """
        _ = try parsed(Array(body.utf8), .ndjson, handling: .lenient, with: &parser)
        #expect(parser.repairs == 1)
        #expect(parser.events.count == 1)
    }

    @Test func whatIsDescribedHasAnEndAndTheRestIsCounted() throws {
        var parser = EventParser()
        let count = EventRefusals.mostListed + 7
        let body = Array((String(repeating: "x\n", count: count) + LenientBatch.good).utf8)
        #expect(try parsed(body, .ndjson, handling: .lenient, with: &parser).count == 1)
        #expect(parser.refusals.listed.count == EventRefusals.mostListed)
        #expect(parser.refusals.unlisted == 7)
        let least = Array((String(repeating: "{}\n", count: count) + #"{"kind":"k"}"#).utf8)
        #expect(try parsed(least, .ndjson, workspace: .fixed, handling: .lenient, with: &parser).count == 1)
        #expect(parser.refusals.unlisted == 7)
        #expect(try parsed(Array("[]".utf8), handling: .lenient, with: &parser).isEmpty)
        #expect(parser.refusals.isEmpty && parser.refusals.unlisted == 0)
    }

    @Test func whatIsLeftOutLeavesNoBytesBehind() throws {
        var parser = EventParser()
        _ = try parsed(Array("\(LenientBatch.good)\n".utf8), .ndjson, handling: .lenient, with: &parser)
        let bytes = parser.bytes.count
        let bad = #"{"kind":"kkkkkkkk","payload":{"a":"bbbbbbb"},"x":1}"#
        _ = try parsed(Array("\(bad)\n\(LenientBatch.good)\n".utf8), .ndjson, handling: .lenient, with: &parser)
        #expect(parser.bytes.count == bytes)
    }

    // MARK: Random batches

    /// Lines and elements of which some are broken, against what each is for itself.
    @Test(arguments: 0..<40, [EventFormat.json, .ndjson])
    func aBatchIsWhatItsEventsAreOneByOne(round: Int, format: EventFormat) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var parser = EventParser()
        for _ in 0..<25 {
            var texts: [[UInt8]] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let event =
                    #"{"workspace_id":"w","kind":"k","payload":\#(RandomJSON.object(depth: 3, using: &random))}"#
                var bytes = Array(event.utf8).map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
                // In an array one more quote or bracket would move the cuts; that they move is not the question here.
                let isBroken = Int.random(in: 0..<3, using: &random) == 0
                if isBroken, let at = bytes.indices.randomElement(using: &random) {
                    bytes[at] = [UInt8](#"x1."#.utf8).randomElement(using: &random) ?? 0
                }
                let isCut = format == .json && NaiveJSON.isBalanced(bytes) == false
                texts.append(isCut ? Array("{}".utf8) : bytes)
            }
            let body: [UInt8] =
                format == .ndjson
                ? Array(texts.joined(separator: [0x0A]))
                : Array("[".utf8) + Array(texts.joined(separator: [0x2C])) + Array("]".utf8)
            let alone = texts.map { text in try? parsed(text, .ndjson, with: &parser) }
            let events = try parsed(body, format, handling: .lenient, with: &parser)
            let text = "seed \(seed): \(String(decoding: body, as: UTF8.self))"
            #expect(events == alone.compactMap { $0 }.flatMap { $0 }, "\(text)")
            #expect(parser.refusals.listed.map(\.index) == alone.indices.filter { alone[$0] == nil }, "\(text)")
        }
    }

    /// Whatever is done to a body: what is accepted whole is accepted alike, and what is kept is well-formed.
    @Test(arguments: 0..<40, [EventFormat.json, .ndjson])
    func mutatedBatchesKeepOnlyWhatIsWellFormed(round: Int, format: EventFormat) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var parser = EventParser()
        for _ in 0..<100 {
            let events = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let payload = RandomJSON.object(depth: 4, using: &random)
                let line = format == .ndjson ? payload.replacing("\n", with: " ").replacing("\r", with: " ") : payload
                return #"{"workspace_id":"w","kind":"k","payload":\#(line)}"#
            }
            let joined = events.joined(separator: format == .ndjson ? "\n" : ",")
            var body = Array((format == .ndjson ? joined : "[\(joined)]").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) { RandomJSON.mutate(&body, using: &random) }
            let text = "seed \(seed): \(String(decoding: body, as: UTF8.self))"
            let whole = try? parsed(body, format, with: &parser)
            let repairs = parser.repairs
            #expect((refusal(body, format, handling: .strict) == nil) == (whole != nil && repairs == 0), "\(text)")
            guard let kept = try? parsed(body, format, handling: .lenient, with: &parser) else {
                #expect(whole == nil, "\(text)")
                continue
            }
            if let whole { #expect(kept == whole && parser.refusals.isEmpty && parser.repairs == repairs, "\(text)") }
            for event in kept where !event.payload.isEmpty {
                #expect(NaiveJSON.isOneObject(Array(event.payload.utf8)), "\(text)")
            }
            let indexes = parser.refusals.listed.compactMap(\.index)
            #expect(indexes == Array(Set(indexes)).sorted(), "\(text)")
            #expect(parser.refusals.listed.allSatisfy { (0...body.count).contains($0.offset) }, "\(text)")
            #expect(parser.refusals.listed.map(\.offset) == parser.refusals.listed.map(\.offset).sorted(), "\(text)")
        }
    }
}
