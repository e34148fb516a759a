extension SourceText {
    /// Decodes UTF-8 with or without a byte order mark. What is no text becomes U+FFFD, and the place of the first of
    /// it is an error: bytes that are not UTF-8, and characters that YAML 1.1 section 4.1.1 excludes.
    init(utf8 bytes: [UInt8], findings: inout ConfigFindings) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
        self.init(String(decoding: body, as: UTF8.self))
        findings.source = self

        var parser = Unicode.UTF8.ForwardParser()
        var rest = body.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if !Self.isPrintable(scalar) {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
                    findings.fail("the character U+\(padded) cannot stand in YAML", at: place(ofScalar: offset))
                    return
                }
            case .error:
                findings.fail("not UTF-8 text", at: place(ofScalar: offset))
                return
            case .emptyInput:
                return
            }
            offset += 1
        }
    }

    private func place(ofScalar offset: Int) -> ConfigPlace {
        let place: (line: Int, column: Int) = place(ofScalar: offset)
        return .source(line: place.line, column: place.column, token: "")
    }

    /// The `c-printable` of YAML 1.1 section 4.1.1, as libyaml has it.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
