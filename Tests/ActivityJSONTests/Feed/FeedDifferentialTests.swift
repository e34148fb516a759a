import ActivityJSON
import ActivityLog
import TestSupport
import Testing

/// The parser of feed queries against what random bodies were made from, and against a strict validator.
@Suite struct FeedDifferentialTests {
    @Test(arguments: 0..<20) func randomBodiesReadAsTheyWereMeant(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let (body, queries) = RandomFeed.body(using: &random)
            #expect(try feed(body) == queries, "seed \(seed): \(body)")
        }
    }

    @Test(arguments: 0..<20) func mutatedBodiesAreJSONExactlyWhenAStrictValidatorSaysSo(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            var bytes = Array(RandomFeed.body(using: &random).text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { RandomJSON.mutate(&bytes, using: &random) }
            let error = feedRefusal(bytes)
            // A mistake of the shape may come before one of the syntax, but no other mix-up is possible.
            if NaiveJSON.isOneObject(bytes) {
                #expect(
                    error?.code != .invalidJSON && error?.code != .invalidUTF8,
                    "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            } else {
                #expect(error != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}

/// Random bodies of valid queries, with what they mean.
private enum RandomFeed {
    static func body(using random: inout SeededGenerator) -> (text: String, queries: [ReadQuery]) {
        var texts: [String] = []
        var queries: [ReadQuery] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let (text, query) = query(using: &random)
            texts.append(space(&random) + text + space(&random))
            queries.append(query)
        }
        let name = string("queries", using: &random)
        return (
            "{\(space(&random))\(name)\(space(&random)):[\(texts.joined(separator: ","))]\(space(&random))}", queries
        )
    }

    private static func query(using random: inout SeededGenerator) -> (String, ReadQuery) {
        let id = ["a", "demo", "A-Z.a_z~09", "..."].randomElement(using: &random) ?? "a"
        var query = ReadQuery(id)
        var members = [("workspace_id", string(id, using: &random))]
        let epoch = LogEpoch(rawValue: 0)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            query.cursor = .id(12)
            members.append(("since", "12"))
        case 1:
            query.cursor = .id(12)
            members.append(("since", string("12", using: &random)))
        case 2:
            query.cursor = .token(epoch, 3)
            members.append(("since", string("aaaaaaaaaa-3", using: &random)))
        default: break
        }
        if Bool.random(using: &random) {
            query.limit = Int.random(in: 0...10_000, using: &random)
            members.append(("limit", "\(query.limit)"))
        }
        if Bool.random(using: &random) {
            query.kinds = KindFilter("tool.*", "naïve \"q\"")
            members.append(("kind", string("tool.*,naïve \"q\"", using: &random)))
        }
        let written = members.shuffled(using: &random).map { name, value in
            space(&random) + string(name, using: &random) + space(&random) + ":" + space(&random) + value
                + space(&random)
        }
        return ("{\(written.joined(separator: ","))}", query)
    }

    /// A JSON string, some of whose characters are written as escapes.
    private static func string(_ text: String, using random: inout SeededGenerator) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            if Int.random(in: 0..<10, using: &random) == 0 {
                let digits = String(scalar.value, radix: 16)
                written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                if scalar == "\"" || scalar == "\\" { written += "\\" }
                written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }

    private static func space(_ random: inout SeededGenerator) -> String {
        ["", "", "", " ", "\n", "\t"].randomElement(using: &random) ?? ""
    }
}
