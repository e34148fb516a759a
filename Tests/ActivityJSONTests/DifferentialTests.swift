import ActivityJSON
import TestSupport
import Testing

/// The parser against a strict validator and minifier that are too simple to be wrong, on random documents.
@Suite struct DifferentialTests {
    @Test(arguments: 0..<40) func randomPayloadsAreStoredAsANaiveWriterStoresThem(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var parser = EventParser()
        for _ in 0..<100 {
            let payload = RandomJSON.object(depth: 0, using: &random)
            let body = #"{"kind": "k","payload":\#(payload) , "workspace_id":"w"}"#
            let stored = NaiveJSON.stored(payload)
            #expect(
                try parsed(Array(body.utf8), with: &parser).map(\.payload) == [stored.text], "seed \(seed): \(body)")
            #expect(parser.repairs == stored.repairs, "seed \(seed): \(body)")
            #expect((refusal(body, handling: .strict) == nil) == (stored.repairs == 0), "seed \(seed): \(body)")
        }
    }

    @Test(arguments: 0..<40, [BodyHandling.repairing, .strict])
    func mutatedBodiesAreAcceptedExactlyWhenANaiveValidatorAcceptsThem(round: Int, handling: BodyHandling) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let payload = RandomJSON.object(depth: 2, using: &random)
            let prefix = Array(#"{"workspace_id":"w","kind":"k","payload":"#.utf8)
            var bytes = Array(payload.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { RandomJSON.mutate(&bytes, using: &random) }
            let accepted = refusal(prefix + bytes + Array("}".utf8), handling: handling) == nil
            #expect(
                accepted == NaiveJSON.isOneObject(bytes, isStrict: handling == .strict),
                "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

/// Random JSON text with what is hard about it: odd numbers, escapes, white space, any plane of Unicode.
enum RandomJSON {
    static func object(depth: Int, using random: inout SeededGenerator) -> String {
        let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            space(&random) + string(&random) + space(&random) + ":" + space(&random)
                + value(depth: depth + 1, using: &random) + space(&random)
        }
        return "{" + members.joined(separator: ",") + (members.isEmpty ? space(&random) : "") + "}"
    }

    static func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let interesting =
            Array("{}[]:,\"\\0123.eE+-tfnu \n\t\r\u{1}".utf8) + [
                0x7F, 0x80, 0x85, 0xA8, 0xC0, 0xC2, 0xE2, 0xF5, 0xFF, 0,
            ]
        let index = Int.random(in: 0..<bytes.count, using: &random)
        let byte = interesting.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = byte
        case 1: bytes.insert(byte, at: index)
        default: if bytes.count > 1 { bytes.remove(at: index) }
        }
    }

    private static func value(depth: Int, using random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<(depth > 5 ? 4 : 6), using: &random) {
        case 0: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 1, 2:
            return ["0", "-0", "1.10", "1E400", "-12.5e-7", "123456789012345678901234567890", "0.0e+0", "7"]
                .randomElement(using: &random) ?? "0"
        case 3: return string(&random)
        case 4: return object(depth: depth, using: &random)
        default:
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                space(&random) + value(depth: depth + 1, using: &random) + space(&random)
            }
            return "[" + elements.joined(separator: ",") + "]"
        }
    }

    private static func string(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "key", " ", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83d\\ude00", "\\ud83d", "\\uDE00", "\\ufffd",
            "\u{FFFD}",
            "\u{85}", "\u{2028}", "\u{2029}", "\\u2028", "\u{A0}", "—", "é", "漢", "😀", "\u{7F}", ":",
            ",",
            "{", "]", "//",
        ]
        return "\""
            + (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined() + "\""
    }

    private static func space(_ random: inout SeededGenerator) -> String {
        ["", "", "", " ", "\n", "\t", "\r\n", "   "].randomElement(using: &random) ?? ""
    }
}
