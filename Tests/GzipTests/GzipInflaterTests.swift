import ByteBuffers
import Gzip
import TestSupport
import Testing

/// What comes out of a body, and which error.
private func inflated(
    _ body: [UInt8], upTo bound: Int = 1 << 20, with inflater: inout GzipInflater
) -> (bytes: [UInt8], error: GzipError?) {
    var output = ByteBuffer()
    output.append("before ")
    let before = output.count
    var failure: GzipError?
    do throws(GzipError) {
        try inflater.inflate(body.span, into: &output, upTo: bound)
    } catch {
        failure = error
    }
    return (OwnedBytes(output.span.extracting(before...)).array, failure)
}

private func inflated(_ body: [UInt8], upTo bound: Int = 1 << 20) -> (bytes: [UInt8], error: GzipError?) {
    var inflater = GzipInflater()
    return inflated(body, upTo: bound, with: &inflater)
}

extension GzipError {
    var isCorrupt: Bool { if case .corrupt = self { true } else { false } }
}

@Suite struct GzipInflaterTests {
    private static let text = Array(#"{"workspace_id":"w","kind":"tool.invoked","payload":{"tool":"grep"}}"#.utf8)

    /// Bytes that compress badly, well, and hardly at all, by turns.
    private static func sample(_ count: Int, using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                bytes += (0..<Int.random(in: 1...500, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            case 1: bytes += [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: 2000)
            default: bytes += text
            }
        }
        return Array(bytes.prefix(count))
    }

    @Test(arguments: [0, 1, 68, 4095, 4096, 4097, 65_535, 300_000, 1 << 20], [0, 1, 9] as [Int32])
    func whatWasCompressedComesOut(count: Int, level: Int32) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = Self.sample(count, using: &random)
        let (result, error) = inflated(gzipped(bytes, level: level), upTo: count)
        #expect(error == nil)
        #expect(result == bytes)
    }

    @Test func membersComeOutOneAfterTheOther() {
        let members = gzipped(Self.text) + gzipped([]) + gzipped(Self.text, level: 0)
        #expect(inflated(members) == (Self.text + Self.text, nil))
        #expect(inflated(members, upTo: 2 * Self.text.count - 1).error == .tooLarge)
    }

    @Test func aHeaderMayHaveEveryField() {
        // FHCRC, FEXTRA, FNAME and FCOMMENT, RFC 1952 section 2.3.
        var header: [UInt8] = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 3, 0, 65, 66, 67]
        header += Array("name".utf8) + [0] + Array("comment".utf8) + [0]
        let sum = checksum(header)
        header += [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
        let plain = gzipped(Self.text)
        #expect(inflated(header + plain[10...]) == (Self.text, nil))
        header[header.count - 1] ^= 1
        #expect(inflated(header + plain[10...]).error?.isCorrupt == true)
    }

    @Test func aBodyMayComeInAnyPieces() throws {
        var random = SeededGenerator(seed: 7)
        var inflater = GzipInflater()
        for _ in 0..<30 {
            let bytes = Self.sample(Int.random(in: 0...40_000, using: &random), using: &random)
            let body = gzipped(bytes) + gzipped(Self.text)
            var output = ByteBuffer()
            try inflater.begin(upTo: bytes.count + Self.text.count)
            var at = 0
            while at < body.count {
                let end = min(
                    body.count,
                    at + Int.random(in: 0...([1, 30, 5000].randomElement(using: &random) ?? 1), using: &random))
                try inflater.append(body.span.extracting(at..<end), to: &output)
                at = end
            }
            try inflater.finish()
            #expect(OwnedBytes(output.span).array == bytes + Self.text)
        }
    }

    @Test(arguments: [0, 1, 100, 4096, 70_000])
    func noMoreThanTheBoundComesOut(bound: Int) {
        let bytes = [UInt8](repeating: 7, count: bound + 1)
        let (result, error) = inflated(gzipped(bytes), upTo: bound)
        #expect(error == .tooLarge)
        #expect(result == Array(bytes.prefix(bound)))
        #expect(inflated(gzipped(Array(bytes.dropLast())), upTo: bound).error == nil)
    }

    @Test func aBombEndsAtTheBound() {
        // 256 MiB in some 260 KB; sixteen of them in a row.
        let bomb = gzipped([UInt8](repeating: 0, count: 256 << 20), level: 9)
        #expect(bomb.count < 300_000)
        let bombs = Array(repeating: bomb, count: 16).flatMap { $0 }
        var inflater = GzipInflater()
        var output = ByteBuffer()
        #expect(throws: GzipError.tooLarge) { try inflater.inflate(bombs.span, into: &output, upTo: 1 << 20) }
        let (count, capacity) = (output.count, output.capacity)
        #expect(count == 1 << 20)
        #expect(capacity <= 4 << 20)
    }

    @Test func aBodyThatIsCutAnywhereIsCutShort() {
        let body = gzipped(Self.text) + gzipped(Self.text)
        let first = gzipped(Self.text).count
        for count in 0..<body.count where count != first {
            let (bytes, error) = inflated(Array(body[..<count]))
            #expect(error == .cutShort, "\(count)")
            #expect((Self.text + Self.text).starts(with: bytes))
        }
        #expect(inflated(Array(body[..<first])) == (Self.text, nil))
    }

    @Test func whatFollowsAMemberIsAnotherOrAnError() {
        let body = gzipped(Self.text)
        for byte in 0...UInt8.max where byte != 0x1F {
            #expect(inflated(body + [byte]).error == .trailingGarbage)
            #expect(inflated(body + [0x1F, byte]).error == (byte == 0x8B ? .cutShort : inflated([0x1F, byte]).error))
        }
        #expect(inflated(body + [0, 0, 0]).error == .trailingGarbage)
        #expect(inflated(body + body + [10]).error == .trailingGarbage)
    }

    @Test func otherWrappingsAreNoGzip() {
        for body in [
            Self.text, deflated(Self.text), deflated(Self.text, windowBits: -15), [0x28, 0xB5, 0x2F, 0xFD, 0],
        ] {
            #expect(inflated(body).error?.isCorrupt == true)
        }
    }

    @Test func theReasonIsThatOfZlib() {
        var body = gzipped(Self.text)
        body[body.count - 5] ^= 1
        #expect(inflated(body).error == .corrupt(reason: "incorrect data check"))
    }

    @Test func aBodyThatWasNotBegunIsAnError() {
        var inflater = GzipInflater()
        var output = ByteBuffer()
        let body = gzipped(Self.text)
        #expect(throws: GzipError.self) { try inflater.append(body.span, to: &output) }
        #expect(throws: GzipError.self) { try inflater.finish() }
        #expect(inflated(body, with: &inflater).error == nil)
        #expect(throws: GzipError.self) { try inflater.append(body.span, to: &output) }
        let isEmpty = output.isEmpty
        #expect(isEmpty)
    }

    // MARK: Damage

    @Test func eachFlippedBitIsNoticedOrMeansNothing() {
        let body = gzipped(Self.text)
        var inflater = GzipInflater()
        var accepted = 0
        for bit in 0..<body.count * 8 {
            var damaged = body
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let (bytes, error) = inflated(damaged, upTo: 1000, with: &inflater)
            #expect(error != nil || bytes == Self.text, "bit \(bit)")
            // Time, extra flags and system, and the flag that the content is text, say nothing of what comes out.
            if (4...9).contains(bit / 8) || bit == 24 { #expect(error == nil, "bit \(bit)") }
            accepted += error == nil ? 1 : 0
        }
        // And the bits that fill up the last byte before the checksum.
        #expect(accepted <= 6 * 8 + 1 + 7)
        #expect(inflated(body, with: &inflater) == (Self.text, nil))
    }

    @Test(arguments: 0..<20) func mutatedBodiesNeverGiveMoreThanTheBound(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var inflater = GzipInflater()
        for _ in 0..<200 {
            let bytes = Self.sample(Int.random(in: 0...3000, using: &random), using: &random)
            let level = Int32.random(in: 0...9, using: &random)
            var body = gzipped(bytes, level: level)
            if Bool.random(using: &random) { body += gzipped(Self.text) }
            let whole = body
            for _ in 0..<Int.random(in: 1...4, using: &random) where !body.isEmpty {
                let at = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: body[at] = UInt8.random(in: 0...255, using: &random)
                case 1: body.insert(UInt8.random(in: 0...255, using: &random), at: at)
                case 2: body.remove(at: at)
                case 3: body.removeSubrange(at...)
                default: body += body[at...]
                }
            }
            let bound = Int.random(in: 0...10_000, using: &random)
            let (result, error) = inflated(body, upTo: bound, with: &inflater)
            #expect(result.count <= bound, "seed \(seed)")
            if let error, error != .tooLarge, error != .cutShort, error != .trailingGarbage {
                #expect(error.isCorrupt, "seed \(seed)")
            }
            // Whatever the last body was, the next one is read as if it were the first.
            #expect(inflated(whole, with: &inflater).error == nil, "seed \(seed)")
        }
    }
}
