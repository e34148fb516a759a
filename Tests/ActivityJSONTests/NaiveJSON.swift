/// RFC 8259 by recursive descent over an array of bytes: slow, strict, obvious. It shares no line with the parser.
struct NaiveJSON {
    private let bytes: [UInt8]
    private let isStrict: Bool
    private var index = 0

    private init(_ bytes: [UInt8], isStrict: Bool) {
        self.bytes = bytes
        self.isStrict = isStrict
    }

    /// Whether `bytes` are one JSON object and white space, in UTF-8 and, if strict, without lone surrogates.
    static func isOneObject(_ bytes: [UInt8], isStrict: Bool = true) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var reader = NaiveJSON(bytes, isStrict: isStrict)
        reader.skipSpace()
        guard reader.peek == UInt8(ascii: "{"), reader.readValue() else { return false }
        reader.skipSpace()
        return reader.index == bytes.count
    }

    /// Whether each quote and bracket outside of strings has its other half, and no comma is outside of them all.
    static func isBalanced(_ bytes: [UInt8]) -> Bool {
        var open: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isInString {
                if !isEscaped, byte == UInt8(ascii: "\"") { isInString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(byte)
                case UInt8(ascii: "}"), UInt8(ascii: "]"): if open.popLast() != byte - 2 { return false }
                case UInt8(ascii: ","): if open.isEmpty { return false }
                default: break
                }
            }
        }
        return open.isEmpty && !isInString
    }

    /// `text` without the white space between its tokens.
    static func minified(_ text: String) -> String {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text.utf8 {
            if isInString {
                result.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                result.append(byte)
                isInString = byte == UInt8(ascii: "\"")
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `text` as it is stored: minified, lone surrogates replaced, Unicode's line breaks escaped; and how many were replaced.
    static func stored(_ text: String) -> (text: String, repairs: Int) {
        var result = ""
        var repairs = 0
        var rest = Substring(minified(text))
        while let scalar = rest.unicodeScalars.first {
            var count = scalar == "\\" ? 2 : 1
            var piece: String?
            if scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}" {
                piece = "\\u00" + String(scalar.value, radix: 16)
                if scalar != "\u{85}" { piece = "\\u" + String(scalar.value, radix: 16) }
            } else if let unit = unit(of: rest), (0xD800...0xDFFF).contains(unit) {
                let low = self.unit(of: rest.dropScalars(6)) ?? 0
                count = 6
                if unit < 0xDC00, (0xDC00...0xDFFF).contains(low) {
                    count = 12
                } else {
                    piece = "\\ufffd"
                    repairs += 1
                }
            }
            result += piece ?? String(rest.unicodeScalars.prefix(count))
            rest = rest.dropScalars(count)
        }
        return (result, repairs)
    }

    /// The code unit that a `\uXXXX` at the start of `text` spells.
    private static func unit(of text: Substring) -> Int? {
        guard text.unicodeScalars.starts(with: "\\u".unicodeScalars) else { return nil }
        return Int(String(text.dropScalars(2).unicodeScalars.prefix(4)), radix: 16)
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func readValue() -> Bool {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return readList(closing: "}") { $0.readMember() }
        case UInt8(ascii: "["): return readList(closing: "]") { $0.readValue() }
        case UInt8(ascii: "\""): return readString()
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return readNumber()
        }
    }

    private mutating func readList(closing: String, _ readElement: (inout NaiveJSON) -> Bool) -> Bool {
        index += 1
        skipSpace()
        if take(closing) { return true }
        while true {
            guard readElement(&self) else { return false }
            skipSpace()
            if take(closing) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func readMember() -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: "\""), readString() else { return false }
        skipSpace()
        return take(":") && readValue()
    }

    private mutating func readString() -> Bool {
        index += 1
        while let byte = peek {
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\"), !readEscape() { return false }
        }
        return false
    }

    private mutating func readEscape() -> Bool {
        guard let byte = peek else { return false }
        index += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        guard let unit = readHex() else { return false }
        guard isStrict else { return true }
        switch unit {
        case 0xD800..<0xDC00: return take("\\u") && (0xDC00..<0xE000).contains(readHex() ?? 0)
        case 0xDC00..<0xE000: return false
        default: return true
        }
    }

    private mutating func readHex() -> Int? {
        guard index + 4 <= bytes.count else { return nil }
        let digits = bytes[index..<(index + 4)]
        guard digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        index += 4
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func readNumber() -> Bool {
        _ = take("-")
        if !take("0") {
            guard readDigits() else { return false }
        }
        if take("."), !readDigits() { return false }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return readDigits()
        }
        return true
    }

    private mutating func readDigits() -> Bool {
        let start = index
        while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
        return index > start
    }
}

extension Substring {
    fileprivate func dropScalars(_ count: Int) -> Substring { Substring(unicodeScalars.dropFirst(count)) }
}
