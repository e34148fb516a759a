internal import ByteBuffers

/// The `Accept` header (RFC 9110 section 12.5.1): how much a reader wants which representation.
enum Accept {
    /// How much, and how exactly it was said.
    struct Weight: Comparable {
        /// The weight times a thousand: 0 refuses, 1000 is the most.
        var thousandths: Int
        /// From 1 to 3, see ``Representation/exactness(in:)``.
        var exactness: Int

        static func < (left: Weight, right: Weight) -> Bool {
            (left.thousandths, left.exactness) < (right.thousandths, right.exactness)
        }
    }

    /// The weight that the most exact range of `list` gives to `form`; nil when no range covers it.
    static func weight(of form: Representation, in list: Span<UInt8>) -> Weight? {
        var weight: Weight?
        var start = 0
        while start < list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            let range = list.extracting(start..<end)
            start = end + 1
            let semicolon = range.firstIndex(of: UInt8(ascii: ";")) ?? range.count
            let type = range.extracting(first: semicolon).trimmingSpaces()
            let exactness = form.exactness(in: type)
            guard exactness > weight?.exactness ?? 0 else { continue }
            weight = Weight(
                thousandths: quality(range.extracting(semicolon..<range.count)), exactness: exactness)
        }
        return weight
    }

    /// The `q` among parameters that are each led by `;`, times a thousand; 1000 when there is none, or none that can be
    /// read.
    private static func quality(_ parameters: Span<UInt8>) -> Int {
        var start = 0
        while let semicolon = parameters.firstIndex(of: UInt8(ascii: ";"), from: start) {
            let end = parameters.firstIndex(of: UInt8(ascii: ";"), from: semicolon + 1) ?? parameters.count
            let parameter = parameters.extracting((semicolon + 1)..<end).trimmingSpaces()
            if parameter.startsIgnoringCase(with: "q=") {
                return thousandths(parameter.extracting(2..<parameter.count)) ?? 1000
            }
            start = end
        }
        return 1000
    }

    /// `0`, `1`, or with up to three decimals, as in `0.5`; nil for anything else.
    private static func thousandths(_ text: Span<UInt8>) -> Int? {
        guard text.count > 0, text.count <= 5, text[0] == UInt8(ascii: "0") || text[0] == UInt8(ascii: "1") else {
            return nil
        }
        var value = Int(text[0] - UInt8(ascii: "0")) * 1000
        guard text.count > 1 else { return value }
        guard text[1] == UInt8(ascii: ".") else { return nil }
        var place = 100
        for index in 2..<text.count {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            value += Int(digit) * place
            place /= 10
        }
        return min(value, 1000)
    }
}
